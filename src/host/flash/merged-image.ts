import type { Board } from "../../../boards/index.js";
import { partitionTableLength, partitionTableOffset } from "../../core/flash/partition-table.js";
import { appPartitions } from "../../image/board-target.js";
import type { Firmware } from "./firmware-package.js";

/**
 * An image of the first megabytes of flash, taken apart. It may begin at address 0, or, for chips whose boot loader
 * lies higher, at the boot loader (as `esptool merge_bin` leaves it).
 * @returns undefined when it is no such image
 */
export function splitEsp32(board: Board, data: Uint8Array): Firmware | undefined {
  if (board.layout.kind !== "esp32") return undefined;
  const { bootLoader } = board.layout;
  for (const base of [0, bootLoader]) {
    const table = partitionTableOffset - base;
    if (data[table] !== 0xaa || data[table + 1] !== 0x50 || data[bootLoader - base] !== 0xe9) continue;
    const factory = appPartitions(board)[0];
    const behind = partitionTableOffset + partitionTableLength;
    const start = Math.max(factory?.offset ?? behind, behind) - base;
    if (data[start] !== 0xe9) return undefined;
    // Not cut to the slot: what is too large has to be seen to be.
    return { bootLoader: image(data.subarray(bootLoader - base, table)), app: image(data.subarray(start)) };
  }
  return undefined;
}

/** An ESP32 image out of its slot: header of 24 bytes, segments, checksum, and the hash where the header promises one. */
function image(slot: Uint8Array): Uint8Array {
  return slot.subarray(0, endOfSegments(slot) + (slot[23] === 1 ? 32 : 0));
}

/** The end of the 16 bytes that hold the checksum. What does not add up is judged, and refused, later. */
function endOfSegments(slot: Uint8Array): number {
  let at = 24;
  for (let left = slot[1] ?? 0; left > 0 && at < slot.length; left--) at += 8 + wordAt(slot, at + 4);
  return Math.min(at - (at % 16) + 16, slot.length);
}

function wordAt(slot: Uint8Array, at: number): number {
  return at + 4 <= slot.length ? Buffer.from(slot.buffer, slot.byteOffset + at, 4).readUInt32LE(0) : 0;
}
