import type { NorFlash } from "./nor-flash.js";
import { compactStorage } from "./storage-compact.js";
import {
  align,
  type FileHeader,
  headerLength,
  isDeleted,
  isRealFile,
  nameOf,
  paddedName,
  type StorageStats,
  StorageWalk,
  storageFlags,
} from "./storage-walk.js";

/** What Espruino throws as a plain Error into the program. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

/**
 * Espruino's Storage on a flash chip, byte for byte as src/jsflash.c leaves it: the same headers at the same places in
 * the same order of writes, so that a power cut does here what it does there. Data are bytes; names binary text.
 */
export class Storage extends StorageWalk {
  /** The file's bytes, or a part of them clipped to its length; undefined without such a file. */
  read(name: string, offset = 0, length = 0): Uint8Array | undefined {
    const place = this.place(name, offset, length);
    return place && this.flash.read(place.address, place.length);
  }

  /** Where on the chip the bytes are that `read` would give. */
  place(name: string, offset = 0, length = 0): { address: number; length: number } | undefined {
    const file = this.find(paddedName(name));
    if (!file) return undefined;
    const { address, size } = file;
    const from = Math.min(Math.max(offset, 0), size);
    const wanted = length <= 0 ? size : length;
    return { address: address + headerLength + from, length: Math.max(Math.min(wanted, size - from), 0) };
  }

  /**
   * Writes a file, or goes on writing one into its erased bytes.
   * @param offset 0 makes the file anew unless it exists with this size and is erased; more writes within it
   * @param size of the file to make, 0: as long as the data
   * @param flags of the file to make
   * @returns false when offset or size is negative
   * @throws StorageError with Espruino's own words
   */
  write(name: string, data: Uint8Array, offset = 0, size = 0, flags: number = storageFlags.none): boolean {
    if (offset < 0 || size < 0) return false;
    const length = size === 0 ? data.length : size;
    if (length === 0) throw new StorageError("Can't create zero length file");
    const padded = paddedName(name);
    let file = this.find(padded);
    if (offset === 0 && !(file && this.#fits(file, length))) {
      if (file && this.#holds(file, length, data)) return true;
      if (file) this.#delete(file);
      file = this.#create(padded, length, flags);
    }
    if (!file) throw new StorageError("Unable to find or create file");
    if (offset + data.length > file.size) throw new StorageError("Too much data for file size");
    const at = file.address + headerLength + offset;
    if (!this.flash.isBlank(at, data.length))
      throw new StorageError("File already written with different data");
    programAligned(this.flash, at, data);
    return true;
  }

  /** Deletes a file: zeroes the first four characters of its name. @returns false when there is none */
  erase(name: string): boolean {
    const found = this.find(paddedName(name));
    if (found) this.#delete(found);
    return found !== undefined;
  }

  eraseAll(): void {
    const { start, end, flash } = this;
    for (let page = start; page < end; page += flash.blockLength) flash.eraseBlockAt(page);
  }

  /** All files that are there, in the order of flash, with their names as the program knows them. */
  list(): FileHeader[] {
    return [...this.files()].filter(isRealFile).map((file) => ({ ...file, name: nameOf(file.name) }));
  }

  stats(): StorageStats {
    const { firstTrashPage: _, ...stats } = this.survey();
    return stats;
  }

  /** Moves the files together, in place, as the original: a power cut in it may cost all of them. */
  compact(): boolean {
    return compactStorage(this);
  }

  /** What Espruino checks at its start; an invalid Storage is erased then. */
  isValid(): boolean {
    const files = this.files();
    let last: FileHeader | undefined;
    let step = files.next();
    for (; !step.done; step = files.next()) last = step.value;
    if (step.value === 0 && last) return this.#endsFull(last) || this.#isBlankHeader(this.behind(last));
    const blank = this.#isBlankHeader(step.value);
    if (blank && step.value === this.start) return this.flash.isBlank(this.start, this.end - this.start);
    return blank;
  }

  #isBlankHeader(address: number): boolean {
    return address !== 0 && this.flash.isBlank(address, headerLength);
  }

  /** True when the last file leaves no room for another header, which is a sound end. */
  #endsFull({ address, size }: FileHeader): boolean {
    const next = align(address + size + headerLength);
    return next <= this.end && next + headerLength > this.end;
  }

  /** Right size, plain, and every byte erased: the write goes into it as it is. */
  #fits({ address, size, flags }: FileHeader, length: number): boolean {
    const isAlike = flags === storageFlags.none && size === length;
    return isAlike && this.flash.isBlank(address + headerLength, length);
  }

  #holds({ address, size, flags }: FileHeader, length: number, data: Uint8Array): boolean {
    if (flags !== storageFlags.none || size !== length || data.length !== length) return false;
    return Buffer.compare(this.flash.read(address + headerLength, length), data) === 0;
  }

  #delete({ address }: FileHeader): void {
    this.flash.program(address + 4, new Uint8Array(4));
  }

  #create(name: string, size: number, flags: number): FileHeader | undefined {
    const required = align(size) + headerLength;
    let room = this.#findRoom(required);
    if (room.address === 0 && required < room.free + room.trash && this.compact())
      room = this.#findRoom(required);
    if (room.address === 0) return undefined;
    const bytes = Buffer.alloc(headerLength);
    bytes.writeUInt32LE((size | (flags << 24)) >>> 0, 0);
    bytes.write(name, 4, "latin1");
    this.flash.program(room.address, bytes);
    return { address: room.address, size, flags, name };
  }

  #findRoom(required: number): { address: number; free: number; trash: number } {
    let free = 0;
    let trash = 0;
    let address = this.start;
    do {
      const files = this.files(false, address);
      let step = files.next();
      for (; !step.done; step = files.next()) if (isDeleted(step.value)) trash += step.value.size;
      const room = this.#roomAt(step.value);
      free += room;
      if (room >= required) return { address: step.value, free, trash };
      address = this.nextPage(step.value);
    } while (address !== 0);
    return { address: 0, free, trash };
  }

  /** Bytes from here to the next page, or to the end when the next page starts no file. */
  #roomAt(address: number): number {
    const page = this.pageStart(address);
    if (page === undefined) return 0;
    const next = page + this.flash.blockLength;
    return (next < this.end && !this.header(next) ? this.end : next) - address;
  }
}

/** A chip, or the way to one. */
type WordFlash = Pick<NorFlash, "read" | "program">;

/**
 * Programs whole words, as the drivers demand: what a word holds beside the data is written back over itself
 * (Espruino src/jshardware_common.c jshFlashWriteAligned).
 */
export function programAligned(flash: WordFlash, address: number, data: Uint8Array): void {
  const start = address & ~3;
  const end = align(address + data.length);
  if (data.length === 0) return;
  if (start !== address) {
    const count = Math.min(4 - (address - start), data.length);
    programWord(flash, start, address - start, data.subarray(0, count));
    programAligned(flash, address + count, data.subarray(count));
    return;
  }
  const whole = data.length & ~3;
  if (whole > 0) flash.program(address, data.subarray(0, whole));
  if (end !== address + data.length) programWord(flash, address + whole, 0, data.subarray(whole));
}

function programWord(flash: WordFlash, address: number, offset: number, data: Uint8Array): void {
  const word = flash.read(address, 4);
  word.set(data, offset);
  flash.program(address, word);
}
