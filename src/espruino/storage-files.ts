import { storageHeaderLength } from "../core/update/store.js";
import { SluiceError } from "../errors/sluice-error.js";

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
    const header = Buffer.alloc(storageHeaderLength);
    header.writeUInt32LE(((flags << 24) | length) >>> 0, 0);
    header.write(name, 4, "latin1");
    this.image.set(header, this.next);
    this.next = (end + 3) & ~3;
  }

  add(name: string, content: string): void {
    this.addFile({ name, flags: 0, data: Buffer.from(content, "latin1") });
  }

  addFile(file: StorageFile): void {
    const start = this.next + storageHeaderLength;
    this.reserve(file.name, file.data.length, file.flags);
    this.image.set(file.data, start);
  }
}
