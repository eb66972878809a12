import type { Chunk, Flash } from "../../../core/ports.js";
import {
  type StoreLayout,
  storageHeaderLength,
  storeFileName,
  storeLayout,
} from "../../../core/update/store.js";

export const storeOfBoard: StoreLayout = /* @__PURE__ */ storeLayout(
  BOARD_BLOCK,
  BOARD_AGENT_BLOCKS,
  BOARD_APP_BLOCKS,
);

const blocks = 5 + 2 * (BOARD_AGENT_BLOCKS + BOARD_APP_BLOCKS);

/**
 * The area of Storage's file "sluice", offsets counted from the start of Storage. Reading goes through Storage, which
 * hands out a window onto mapped flash; writing and erasing go to the chip directly.
 */
export const storeFlash: Flash = {
  status: () => {
    return {
      size: blocks * BOARD_BLOCK,
      blockLength: BOARD_BLOCK,
      blocks: blocks,
    };
  },
  read: (length, offset) => {
    // To Storage a length of zero means all of the file.
    if (length === 0) return "" as unknown as Chunk;
    const found = require("Storage").read(storeFileName, offset - storageHeaderLength, length);
    if (found === undefined || found.length !== length) throw new Error("flash read");
    return found;
  },
  write: (bytes, offset) => {
    require("Flash").write(bytes as unknown as string, (BOARD_STORAGE + offset) | 0);
  },
  eraseBlock: (start, end) => {
    for (let block = start; block < end; block++)
      require("Flash").erasePage((BOARD_STORAGE + block * BOARD_BLOCK) | 0);
  },
};

/** Whether Storage's first file is ours, as provisioning left it. */
export function isProvisioned(): boolean {
  const header = require("Flash").read(storageHeaderLength, BOARD_STORAGE);
  for (let i = 0; i < storeFileName.length; i++)
    if (header[4 + i] !== storeFileName.charCodeAt(i)) return false;
  return header[4 + storeFileName.length] === 0;
}
