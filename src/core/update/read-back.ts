import type { Bytes, Chunk, Flash } from "../ports.js";

/** Times that flash is read again before what it holds counts as wrong. */
export const mostLooks = 3;

/** What two reads in a row agree on, as a copy: a single read that flips a bit must not decide anything. */
export function steadyRead(bytes: Bytes, flash: Flash, length: number, offset: number): Chunk {
  const nothing = bytes.fromText("");
  let copy = bytes.join(flash.read(length, offset), nothing);
  for (let looks = 0; looks < mostLooks; looks++) {
    const again = bytes.join(flash.read(length, offset), nothing);
    if (bytes.equal(again, copy)) break;
    copy = again;
  }
  return copy;
}

/** Whether flash holds these bytes; one read that shows them is enough. */
export function holds(bytes: Bytes, flash: Flash, chunk: Chunk, offset: number): boolean {
  for (let looks = 0; looks < mostLooks; looks++)
    if (bytes.equal(flash.read(chunk.length, offset), chunk)) return true;
  return false;
}

/** @returns whether all of the block reads blank afterwards */
export function eraseBlock(bytes: Bytes, flash: Flash, block: number): boolean {
  const blockLength = flash.status().blockLength;
  const length = 256;
  flash.eraseBlock(block, block + 1);
  for (let at = 0; at < blockLength; at += length)
    if (!bytes.isBlank(flash.read(length, block * blockLength + at))) return false;
  return true;
}

/** For what is read back: an error of a write counts as one that flash has lost in silence. */
export function checked(flash: Flash): Flash {
  return {
    status: flash.status,
    read: flash.read,
    write: (bytes, offset) => {
      try {
        flash.write(bytes, offset);
      } catch {
        // Reading it back shows it.
      }
    },
    eraseBlock: (start, end) => {
      try {
        flash.eraseBlock(start, end);
      } catch {
        // Reading it back shows it.
      }
    },
  };
}
