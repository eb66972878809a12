import type { Bytes, Checksum, Chunk, Flash } from "../ports.js";
import { textField, u32, u32Text } from "../read.js";
import {
  aligned,
  anchorLength,
  anchorText,
  coverName,
  fileSize,
  findGate,
  hiddenFlag,
  storageHeader,
} from "./app-files.js";
import { type StoreLayout, storageHeaderLength } from "./store.js";

/** Of the copy in a slot: mark, u32 bytes of the copy, u32 CRC-32 of it, u32 CRC-32 of these; the last bytes of the slot. */
export const enum CopyHead {
  Mark = "SLTY",
  Length = 16,
}

/** Bytes that are moved at a time: three of these fit into what a part may use beside an application. */
const pieceLength = 512;

/** What room is won back for, besides a number of bytes. */
export const enum TidyFor {
  /** No file of the application stays. */
  Nothing = -1,
  /** Only what was begun before is ended. */
  Start = -2,
}

/** JsfFileFlags of the files that an application makes: plain, StorageFile, compressed (src/jsflash.h). */
function isOfApplication(flags: number): boolean {
  return flags === 0 || flags === 64 || flags === 128;
}

/**
 * Wins back the room of files that the application has deleted. The engine's own compaction erases pages whose content
 * is in RAM only, and a Storage that a power cut leaves half done is erased at the next start. This one is redone at
 * every start until it has ended:
 *
 * 1. The live files are copied to the end of the application's own slot, behind its bundle, with a head that is written
 *    last. Until that is whole nothing has happened.
 * 2. The gate is closed (app-files.ts): what lies behind it does not exist for the engine. Torn, the size of the cover has
 *    more ones and reaches beyond Storage, so that it is no file and the engine goes on to P as before.
 * 3. Everything behind it is erased, and the anchor is written.
 * 4. The page of the gate is erased. Torn, the gate is closed or open, and what lies behind it is valid.
 * 5. The files are written. A torn header is the last one, and the page behind it is blank: valid.
 * 6. The head of the copy is cleared.
 */
export class Tidy {
  /** Offset of the gate, or -1: there is none. */
  private readonly gate: number;
  private readonly end: number;
  /** The copy that is whole: offset, bytes, offset of its head. */
  private copy = 0;
  private length = 0;
  private head = 0;
  /** The file that was found last: offset, bytes, header. */
  private at = 0;
  private size = 0;
  private header: Chunk | undefined;
  /** What does not stay: the file of this name, or all. */
  private dropped = "";
  private dropsAll = false;

  /**
   * @param flash all of Storage
   * @param store the same up to the end of the slots; what it returns may be a window
   */
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    private readonly store: Pick<Flash, "read">,
    private readonly layout: StoreLayout,
  ) {
    this.gate = findGate(bytes, flash);
    this.end = flash.status().size;
  }

  /** Whether one was begun that has not ended. */
  isBegun(): boolean {
    for (let slot = 0; slot < 2 && this.gate >= 0; slot++) {
      const head = this.slotEnd(slot) - CopyHead.Length;
      const fields = this.store.read(CopyHead.Length, head);
      if (this.bytes.toText(fields.slice(0, 4)) !== CopyHead.Mark) continue;
      if (this.checksum.crc32(fields.slice(0, 12)) !== u32(this.bytes, fields, 12)) continue;
      this.length = u32(this.bytes, fields, 4);
      this.copy = this.copyAt(slot);
      this.head = head;
      if (this.checksum.crc32(this.store.read(this.length, this.copy)) === u32(this.bytes, fields, 8))
        return true;
    }
    return false;
  }

  /**
   * Step 1. Then `finish`.
   * @param slot of the application that runs, whose bundle stays as it is
   * @param need bytes that have to be free afterwards, header included, or `TidyFor.Nothing`
   * @param name of the file that they replace: it goes where there is no room for both
   * @param moves gets the name of each file that will lie elsewhere or nowhere, when the copy is whole
   * @throws Error when there is no room, or none for the copy
   */
  begin(slot: number, need: number, name: string, moves: (name: string) => void): void {
    if (this.gate < 0)
      throw new Error(
        "Storage is full, and its layout is older than tidying: sluice flash --recover, by cable",
      );
    this.dropsAll = need === TidyFor.Nothing;
    this.dropped = "";
    // The last page stays free: a header that is torn there would have no page behind it, and Storage would be invalid.
    const room = this.end - this.start() - this.layout.blockLength - need;
    this.length = this.total();
    if (this.length > room) {
      this.dropped = name;
      this.length = this.total();
    }
    if (this.length > room) throw new Error(`Storage is full: ${need} bytes are not free`);
    const slotStart = this.layout.app[slot] * this.layout.blockLength;
    // Header and code (core/bundle/header.ts).
    const bundleLength = 256 + u32(this.bytes, this.store.read(16, slotStart), 12);
    this.copy = this.copyAt(slot);
    if (this.copy < slotStart + bundleLength)
      throw new Error(
        `Storage cannot be tidied: ${this.length} bytes of files do not fit behind the application`,
      );
    this.head = this.slotEnd(slot) - CopyHead.Length;
    this.flash.eraseBlock(this.copy / this.layout.blockLength, this.slotEnd(slot) / this.layout.blockLength);
    this.put(anchorText(), this.copy);
    let to = this.copy + anchorLength;
    for (let more = this.look(this.start()); more; more = this.look(this.behind())) {
      if (!this.stays()) continue;
      const length = storageHeaderLength + aligned(this.size);
      this.move(this.at, to, length);
      to += length;
    }
    const crc = this.checksum.crc32(this.store.read(this.length, this.copy));
    const fields = CopyHead.Mark + u32Text(this.length) + u32Text(crc);
    this.put(fields + u32Text(this.checksum.crc32(this.bytes.fromText(fields))), this.head);
    to = this.start() + anchorLength;
    for (let more = this.look(this.start()); more; more = this.look(this.behind())) {
      const stays = this.stays();
      if (this.isLive() && (!stays || this.at !== to)) moves(this.name());
      if (stays) to += storageHeaderLength + aligned(this.size);
    }
  }

  /**
   * Steps 2 to 6, from a whole copy; as often as it takes.
   * @throws Error when the chip does not hold what was written
   */
  finish(): void {
    const block = this.layout.blockLength;
    const start = this.start();
    const cover = storageHeader(coverName, this.end - start, hiddenFlag);
    this.flash.write(this.bytes.fromText(cover), this.gate);
    if (!this.holds(cover, this.gate)) {
      this.flash.eraseBlock(start / block - 1, start / block);
      this.put(cover, this.gate);
    }
    for (let at = start; at < this.end; at += block)
      if (!this.isBlank(at)) {
        this.flash.eraseBlock(at / block, at / block + 1);
        this.must(this.isBlank(at));
      }
    this.move(this.copy, start, anchorLength);
    this.flash.eraseBlock(start / block - 1, start / block);
    this.must(this.bytes.isBlank(this.flash.read(storageHeaderLength, this.gate)));
    this.move(this.copy + anchorLength, start + anchorLength, this.length - anchorLength);
    const cleared = u32Text(0) + u32Text(0) + u32Text(0) + u32Text(0);
    this.flash.write(this.bytes.fromText(cleared), this.head);
    if (this.holds(cleared, this.head)) return;
    // Left there, it would be redone over what is written from now on.
    this.flash.eraseBlock((this.head + CopyHead.Length) / block - 1, (this.head + CopyHead.Length) / block);
    this.must(this.bytes.isBlank(this.flash.read(CopyHead.Length, this.head)));
  }

  /** Where the application's part of Storage begins: P. */
  private start(): number {
    return this.gate + storageHeaderLength;
  }

  private slotEnd(slot: number): number {
    return (this.layout.app[slot] + this.layout.appBlocks) * this.layout.blockLength;
  }

  /** Offset of a copy of `length` bytes: whole blocks, with its head. */
  private copyAt(slot: number): number {
    const block = this.layout.blockLength;
    return this.slotEnd(slot) - Math.ceil((this.length + CopyHead.Length) / block) * block;
  }

  /** Finds the file at `at` or, where the chain ends there, at the next page, as the engine does (GNFH_GET_ALL). */
  private look(at: number): boolean {
    let next = at;
    for (let tries = 0; tries < 2 && next + storageHeaderLength <= this.end; tries++) {
      const header = this.flash.read(storageHeaderLength, next);
      const size = fileSize(this.bytes, header, this.end - next);
      if (size >= 0) {
        this.at = next;
        this.size = size;
        this.header = header;
        return true;
      }
      next = (Math.floor(next / this.layout.blockLength) + 1) * this.layout.blockLength;
    }
    return false;
  }

  private behind(): number {
    return this.at + storageHeaderLength + aligned(this.size);
  }

  private name(): string {
    return this.header === undefined ? "" : textField(this.bytes, this.header, 4, 28);
  }

  private isLive(): boolean {
    return (
      this.header !== undefined &&
      u32(this.bytes, this.header, 4) !== 0 &&
      isOfApplication(this.bytes.at(this.header, 3))
    );
  }

  private stays(): boolean {
    if (this.dropsAll || !this.isLive()) return false;
    return (this.dropped === "" || this.name() !== this.dropped) && !this.isEmpty();
  }

  /** Of a file whose header was all that a power cut left there is nothing but the room that it takes. */
  private isEmpty(): boolean {
    const data = this.at + storageHeaderLength;
    for (let done = 0; done < this.size; done += pieceLength) {
      const length = this.size - done < pieceLength ? this.size - done : pieceLength;
      if (!this.bytes.isBlank(this.flash.read(length, data + done))) return false;
    }
    return true;
  }

  /** Bytes of anchor and files that stay. */
  private total(): number {
    let length = anchorLength;
    for (let more = this.look(this.start()); more; more = this.look(this.behind()))
      if (this.stays()) length += storageHeaderLength + aligned(this.size);
    return length;
  }

  /** Whether the block at `at` is. */
  private isBlank(at: number): boolean {
    for (let done = 0; done < this.layout.blockLength; done += pieceLength)
      if (!this.bytes.isBlank(this.flash.read(pieceLength, at + done))) return false;
    return true;
  }

  private move(from: number, to: number, length: number): void {
    for (let done = 0; done < length; done += pieceLength) {
      const size = length - done < pieceLength ? length - done : pieceLength;
      const bytes = this.flash.read(size, from + done);
      this.flash.write(bytes, to + done);
      this.must(this.bytes.equal(this.flash.read(size, to + done), bytes));
    }
  }

  private put(text: string, at: number): void {
    this.flash.write(this.bytes.fromText(text), at);
    this.must(this.holds(text, at));
  }

  private holds(text: string, at: number): boolean {
    return this.bytes.toText(this.flash.read(text.length, at)) === text;
  }

  private must(holds: boolean): void {
    if (!holds) throw new Error("Storage: the flash does not hold what was written");
  }
}
