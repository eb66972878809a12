import { align, headerLength, isRealFile, type StorageWalk } from "./storage-walk.js";

/**
 * Compaction in place, as Espruino does it (src/jsflash.c jsfCompactInternal): files are read into a buffer in RAM of
 * one page and a header; a page is erased and rewritten as soon as nothing of it is left to read. Until then the
 * bytes exist in RAM only, which is why a power cut here can cost every file.
 * @returns true when room was made
 */
export function compactStorage(walk: StorageWalk): boolean {
  const { flash, end } = walk;
  const { trashBytes, fileBytes, firstTrashPage } = walk.survey();
  if (trashBytes === 0) return false;
  const capacity = Math.min(fileBytes, flash.blockLength + headerLength);
  let writeAt = firstTrashPage;
  let buffer = Buffer.alloc(0);

  /** Writes what is buffered, page by page, but no page that still has bytes at or behind `readAt` to be read. */
  const flush = (readAt: number): void => {
    while (buffer.length > 0) {
      const pageEnd = walk.nextPage(writeAt) || end;
      if (readAt < pageEnd) return;
      const count = Math.min(buffer.length, pageEnd - writeAt);
      if (walk.pageStart(writeAt) === writeAt) flash.eraseBlockAt(writeAt);
      flash.program(writeAt, buffer.subarray(0, count));
      writeAt += count;
      buffer = buffer.subarray(count);
    }
  };
  const take = (address: number, length: number): void => {
    buffer = Buffer.concat([buffer, flash.read(address, length)]);
    flush(address + length);
  };

  const files = walk.files(true, firstTrashPage);
  let step = files.next();
  for (; !step.done; step = files.next()) {
    const { address, size } = step.value;
    if (!isRealFile(step.value)) continue;
    take(address, headerLength);
    let at = address + headerLength;
    for (let left = align(size); left > 0; ) {
      const count = Math.min(capacity - buffer.length, left);
      if (count <= 0) return false;
      take(at, count);
      at += count;
      left -= count;
    }
  }
  flush(end);
  // the pages behind what was written, up to where the files ended before
  const rest = writeAt === firstTrashPage ? writeAt : walk.nextPage(writeAt - 1);
  if (rest === 0) return true;
  for (let page = rest; page < (step.value || end); page += flash.blockLength) flash.eraseBlockAt(page);
  return true;
}
