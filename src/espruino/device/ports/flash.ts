import {
  AppSubtype,
  DataSubtype,
  PartitionType,
  partitionRowLength,
  partitionTableOffset,
} from "../../../core/flash/partition-table.js";
import type { Chunk, Flash } from "../../../core/ports.js";
import { u32 } from "../../../core/read.js";
import { mostLooks } from "../../../core/update/read-back.js";
import {
  type StoreLayout,
  storageHeaderLength,
  storeFileName,
  storeLayout,
} from "../../../core/update/store.js";
import { at, headBytes } from "./bytes.js";

/**
 * The whole chip, offsets from its first byte. Espruino does not check addresses; the vendor's SDK aborts on a write to
 * boot loader, table or the running slot (esp_partition_main_flash_region_safe).
 */
export const chipFlash: Flash = {
  status: () => {
    return { size: BOARD_FLASH, blockLength: BOARD_BLOCK, blocks: BOARD_FLASH / BOARD_BLOCK };
  },
  read: (length, offset) => E.toString(require("Flash").read(length, offset | 0)) as unknown as Chunk,
  write: (bytes, offset) => {
    require("Flash").write(bytes as unknown as string, offset | 0);
  },
  eraseBlock: (start, end) => {
    for (let block = start; block < end; block++) require("Flash").erasePage((block * BOARD_BLOCK) | 0);
  },
};

function rowIs(type: number, subtype: number, offset: number): boolean {
  for (let row = 0; row < 16; row++) {
    const entry = chipFlash.read(partitionRowLength, partitionTableOffset + row * partitionRowLength);
    if (at(entry, 0) !== 0xaa) return false;
    if (at(entry, 2) !== type || at(entry, 3) !== subtype) continue;
    return u32(headBytes, entry, 4) === offset;
  }
  return false;
}

/** Whether the table on the chip is the one this agent was built for; only then may it write outside Storage. */
export function hasFirmwareSlots(): boolean {
  if (BOARD_OTADATA === 0) return false;
  return (
    rowIs(PartitionType.Data, DataSubtype.Ota, BOARD_OTADATA) &&
    rowIs(PartitionType.App, AppSubtype.Factory, BOARD_FACTORY) &&
    rowIs(PartitionType.App, AppSubtype.Ota0, BOARD_OTA_0)
  );
}

/** Bytes of the largest image that comes by command 0. */
export function largestImage(): number {
  if (BOARD_OTADATA !== 0 && hasFirmwareSlots()) return BOARD_OTA_0_SIZE;
  return (BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS : BOARD_APP_BLOCKS) * BOARD_BLOCK;
}

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
    // A flipped bit in Storage's own header of the file hides it.
    for (let looks = 0; looks < mostLooks; looks++) {
      const found = require("Storage").read(storeFileName, offset - storageHeaderLength, length);
      if (found !== undefined && found.length === length) return found;
    }
    throw new Error("flash read");
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
  const name = `${storeFileName}\0`;
  for (let looks = 0; looks < mostLooks; looks++)
    if (E.toString(require("Flash").read(name.length, (BOARD_STORAGE + 4) | 0)) === name) return true;
  return false;
}
