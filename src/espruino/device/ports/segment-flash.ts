import type { Chunk, Flash } from "../../../core/ports.js";

/** Bytes of a segment: what of the chip is mapped at a time. */
export const segmentLength = 0x100000;

/**
 * Raw flash as Espruino on an ESP8266 gives it, from any offset. Above 1 MB the SDK reads whole words, and only into
 * memory in one piece: what comes otherwise is not to be trusted.
 */
export function readRaw(length: number, address: number): Chunk {
  const start = address - (address % 4);
  const skipped = address - start;
  // Short arrays are not in one piece.
  const wanted = Math.max(32, Math.ceil((skipped + length) / 4) * 4);
  const bytes = require("Flash").read(wanted, start | 0);
  if (E.getAddressOf(bytes, true) === 0) throw new Error("no flat memory");
  const text = E.toString(bytes);
  return (skipped === 0 && wanted === length
    ? text
    : text.slice(skipped, skipped + length)) as unknown as Chunk;
}

/** Storage of a segment as a flash of its own: `base` 0 is the running image's, under user1 1 MB is user2's. */
export function segmentStorage(base: number): Flash {
  const start = base + BOARD_STORAGE;
  return {
    status: () => {
      return {
        size: BOARD_STORAGE_SIZE,
        blockLength: BOARD_BLOCK,
        blocks: BOARD_STORAGE_SIZE / BOARD_BLOCK,
      };
    },
    read: (length, offset) => readRaw(length, start + offset),
    write: (bytes, offset) => {
      require("Flash").write(bytes as unknown as string, (start + offset) | 0);
    },
    eraseBlock: (first, end) => {
      for (let block = first; block < end; block++)
        require("Flash").erasePage((start + block * BOARD_BLOCK) | 0);
    },
  };
}
