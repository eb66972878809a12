import {
  align,
  fileSize,
  headerLength,
  isRealFile,
  type StorageWalk,
  surveyStorage,
} from "./storage-walk.js";

/**
 * Compaction in place, as Espruino does it (src/jsflash.c jsfCompactInternal): files are read into a buffer in RAM of
 * one page and a header; a page is erased and rewritten as soon as nothing of it is left to read. Until then the
 * bytes exist in RAM only, which is why a power cut here can cost every file.
 * @returns true when room was made
 */
export function compactStorage(walk: StorageWalk): boolean {
  const { stats, firstTrashPage } = surveyStorage(walk);
  if (stats.trashBytes === 0) return false;
  const capacity = Math.min(stats.fileBytes, walk.flash.blockLength + headerLength);
  return new Compaction(walk, firstTrashPage, capacity).run();
}

class Compaction {
  #writeAt: number;
  #buffer = Buffer.alloc(0);

  constructor(
    private readonly walk: StorageWalk,
    private readonly start: number,
    private readonly capacity: number,
  ) {
    this.#writeAt = start;
  }

  run(): boolean {
    const files = this.walk.files(true, this.start);
    let step = files.next();
    for (; !step.done; step = files.next()) {
      const [address, header] = step.value;
      if (isRealFile(header) && !this.#take(address, align(fileSize(header)))) return false;
    }
    this.#flush(this.walk.end);
    this.#eraseRest(step.value);
    return true;
  }

  /** Reads one file into the buffer, giving room again whenever a page may be written. */
  #take(address: number, length: number): boolean {
    const { flash } = this.walk;
    this.#append(flash.read(address, headerLength));
    let at = address + headerLength;
    let left = length;
    this.#flush(at);
    while (left > 0) {
      const count = Math.min(this.capacity - this.#buffer.length, left);
      if (count <= 0) return false;
      this.#append(flash.read(at, count));
      at += count;
      left -= count;
      this.#flush(at);
    }
    return true;
  }

  #append(bytes: Uint8Array): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
  }

  /** Writes what is buffered, page by page, but no page that still has bytes at or behind `readAt` to be read. */
  #flush(readAt: number): void {
    const { flash } = this.walk;
    while (this.#buffer.length > 0) {
      const pageEnd = this.walk.nextPage(this.#writeAt) || this.walk.end;
      if (readAt < pageEnd) return;
      const count = Math.min(this.#buffer.length, pageEnd - this.#writeAt);
      if (this.walk.pageStart(this.#writeAt) === this.#writeAt) flash.eraseBlockAt(this.#writeAt);
      flash.program(this.#writeAt, this.#buffer.subarray(0, count));
      this.#writeAt += count;
      this.#buffer = this.#buffer.subarray(count);
    }
  }

  /** Erases the pages behind what was written, up to where the files ended before. */
  #eraseRest(readEnd: number): void {
    const { flash, end } = this.walk;
    const from = this.#writeAt === this.start ? this.start : this.walk.nextPage(this.#writeAt - 1);
    if (from === 0) return;
    for (let page = from; page < (readEnd || end); page += flash.blockLength) flash.eraseBlockAt(page);
  }
}
