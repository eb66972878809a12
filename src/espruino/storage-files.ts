import type { Flash } from "../core/ports.js";
import { anchorName, fillerName, hiddenFlag, storageHeader } from "../core/update/app-files.js";
import { storageHeaderLength } from "../core/update/store.js";
import { SluiceError } from "../errors/sluice-error.js";
import { nodeBytes } from "../node/bytes.js";

/** A file of Espruino's Storage. */
export interface StorageFile {
  readonly name: string;
  /** JsfFileFlags (Espruino src/jsflash.h): 0 for an ordinary file. */
  readonly flags: number;
  readonly data: Uint8Array;
}

/** @param text as bytes of UTF-8, so that JSON in it reads as it was meant */
export function textFile(name: string, text: string): StorageFile {
  return { name, flags: 0, data: Buffer.from(text, "utf8") };
}

/** Files one behind the other, each with its header, as Espruino's Storage reads them (src/jsflash.c). */
export class StorageFiles {
  private next = 0;

  constructor(private readonly image: Uint8Array) {}

  /** Room for a file whose content stays as it is. */
  reserve(name: string, length: number, flags = 0): void {
    const end = this.next + storageHeaderLength + length;
    if (end > this.image.length)
      throw new SluiceError(
        "NOT_ENOUGH_SPACE",
        `Storage of ${this.image.length} bytes has no room for ${name}`,
      );
    this.image.set(Buffer.from(storageHeader(name, length, flags), "latin1"), this.next);
    this.next = (end + 3) & ~3;
  }

  add(file: StorageFile): void {
    const start = this.next + storageHeaderLength;
    this.reserve(file.name, file.data.length, file.flags);
    this.image.set(file.data, start);
  }

  /**
   * What has been added so far is Sluice's, what comes after it the application's (core/update/app-files.ts).
   * @param page bytes of an erase block
   */
  divide(page: number): void {
    const data = this.next + storageHeaderLength;
    const start = (Math.ceil(data / page) + 1) * page;
    this.reserve(fillerName, start - storageHeaderLength - data, hiddenFlag);
    this.next = start;
    this.add({ name: anchorName, flags: hiddenFlag, data: new Uint8Array(4) });
  }
}

/**
 * Gives `take` every file in the first bytes of a Storage.
 * @param page bytes of an erase block
 * @returns where the next file would begin, or how far one reaches that is not all there
 */
export function readStorageFiles(bytes: Uint8Array, page: number, take: (file: StorageFile) => void): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (;;) {
    if (at + storageHeaderLength > view.length) return at + storageHeaderLength;
    const word = view.readUInt32LE(at);
    if (word === 0 || word === 0xffffffff) {
      // Where the chain ends, the next page may begin another one.
      if (at % page === 0) return at;
      at = Math.ceil(at / page) * page;
      continue;
    }
    const end = at + storageHeaderLength + (word & 0xffffff);
    if (end > view.length) return end;
    const name = view.toString("latin1", at + 4, at + storageHeaderLength).split("\0", 1)[0];
    take({ name, flags: word >>> 24, data: bytes.slice(at + storageHeaderLength, end) });
    at = (end + 3) & ~3;
  }
}

/** The core's `Flash` over an image in memory. */
export function memoryFlash(image: Uint8Array, blockLength: number): Flash {
  return {
    status: () => ({ size: image.length, blockLength, blocks: image.length / blockLength }),
    read: (length, offset) => image.slice(offset, offset + length),
    write: (bytes, offset) => image.set(Buffer.from(nodeBytes.toText(bytes), "latin1"), offset),
    eraseBlock: (start, end) => {
      image.fill(0xff, start * blockLength, end * blockLength);
    },
  };
}
