import type { NorFlash } from "./nor-flash.js";

/** Bytes of a file header: u32 size with the flags in its top byte, then 28 bytes of name padded with NUL. */
export const headerLength = 32;
const nameLength = 28;

/** Flags of a file (Espruino jsflash.h JsfFileFlags). */
export const storageFlags = { none: 0, filenameTable: 32, storageFile: 64, compressed: 128 } as const;

export interface FileHeader {
  /** Where the header is; the file's bytes follow it. */
  readonly address: number;
  /** Bytes of the file. */
  readonly size: number;
  readonly flags: number;
  /** 28 bytes as binary text; four NULs in front mean that the file is deleted. */
  readonly name: string;
}

export function isDeleted({ name }: FileHeader): boolean {
  return name.startsWith("\0\0\0\0");
}

/** Deleted files and system tables are neither listed nor kept by a compaction. */
export function isRealFile(header: FileHeader): boolean {
  const { none, storageFile, compressed } = storageFlags;
  return [none, storageFile, compressed].some((flags) => flags === header.flags) && !isDeleted(header);
}

/** A name as it stands in a header: cut after 28 bytes, and at its first NUL. */
export function paddedName(name: string): string {
  const cut = name.split("\0", 1)[0].slice(0, nameLength);
  return cut + "\0".repeat(nameLength - cut.length);
}

export function nameOf(padded: string): string {
  return padded.split("\0", 1)[0];
}

export function align(address: number): number {
  return (address + 3) & ~3;
}

/** Espruino's Storage.getStats(): all in bytes or files, headers included. */
export interface StorageStats {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly fileBytes: number;
  readonly fileCount: number;
  readonly trashBytes: number;
  readonly trashCount: number;
}

/**
 * Finds its way through Espruino's Storage: files lie one behind the other, each a header and its bytes, aligned to
 * four. Where the chain ends, the next flash page may start another one. Rules of Espruino src/jsflash.c.
 */
export class StorageWalk {
  readonly end: number;

  /**
   * @param start address on the chip, at the start of an erase block
   * @param size bytes, whole blocks
   */
  constructor(
    readonly flash: NorFlash,
    readonly start: number,
    size: number,
  ) {
    this.end = start + size;
  }

  /** The header at `address`, or undefined when no file starts there. */
  header(address: number): FileHeader | undefined {
    if (address === 0 || address + headerLength > this.flash.end) return undefined;
    const bytes = Buffer.from(this.flash.read(address, headerLength));
    const word = bytes.readUInt32LE(0);
    const size = word & 0xffffff;
    const isHeader = word !== 0xffffffff && word !== 0 && address + headerLength + size <= this.end;
    return isHeader ? { address, size, flags: word >>> 24, name: bytes.toString("latin1", 4) } : undefined;
  }

  /** Start of the flash page behind the one of `address`; 0 when there is none. */
  nextPage(address: number): number {
    const page = this.pageStart(address);
    if (page === undefined) return 0;
    const next = page + this.flash.blockLength;
    return next >= this.end ? 0 : next;
  }

  pageStart(address: number): number | undefined {
    if (address < this.flash.base || address >= this.flash.end) return undefined;
    return address - ((address - this.flash.base) % this.flash.blockLength);
  }

  /** Where the header behind this file belongs; 0 when the room ends before it. */
  behind({ address, size }: FileHeader): number {
    const next = align(address + size + headerLength);
    return next + headerLength > this.end ? 0 : next;
  }

  /**
   * Every file, deleted ones too.
   * @param skipPages go on at the next page where the chain ends, as reading does and creating does not
   * @returns the address where the search ended: of the first header that is none, or 0
   */
  *files(skipPages = true, from = this.start): Generator<FileHeader, number> {
    let address = from;
    let header = this.header(address);
    while (header) {
      yield header;
      address = this.behind(header);
      if (address === 0) return 0;
      header = this.header(address);
      if (!header && skipPages) {
        address = this.nextPage(address);
        if (address === 0) return 0;
        header = this.header(address);
      }
    }
    return address;
  }

  /**
   * @returns firstTrashPage: the last page before the first deleted file that starts with a header: compaction begins
   * there; 0 when no file is deleted
   */
  survey(): StorageStats & { readonly firstTrashPage: number } {
    let fileBytes = 0;
    let fileCount = 0;
    let trashBytes = 0;
    let trashCount = 0;
    let firstTrashPage = 0;
    let pageWithHeader = this.start;
    let last = this.start;
    for (const file of this.files()) {
      const { address } = file;
      if (this.pageStart(address) === address) pageWithHeader = address;
      const bytes = align(file.size) + headerLength;
      last = address + bytes;
      if (isDeleted(file)) {
        trashBytes += bytes;
        trashCount++;
        if (firstTrashPage === 0) firstTrashPage = pageWithHeader;
      } else {
        fileBytes += bytes;
        fileCount++;
      }
    }
    const totalBytes = this.end - this.start;
    const freeBytes = this.end - last;
    return { totalBytes, freeBytes, fileBytes, fileCount, trashBytes, trashCount, firstTrashPage };
  }

  /** The live file of this (padded) name. */
  find(name: string): FileHeader | undefined {
    for (const file of this.files()) if (file.name === name) return file;
    return undefined;
  }
}
