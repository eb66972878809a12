import type { Board } from "../../../boards/index.js";
import { makeFlash } from "../../../src/board/board-flash.js";
import type { FlashOperation, NorFlash } from "../../../src/board/nor-flash.js";
import { PowerCut, type Tear } from "../../../src/board/power-cut.js";
import { boardPartitions, encodePartitionTable } from "../../../src/image/partition-tables.js";
import { buildEsp8266, filler } from "../../support/images.js";

/** Chips for boot loaders to start: content put there as by cable, before operations count. */

export function chipWith(
  board: Board,
  parts: readonly (readonly [offset: number, bytes: Uint8Array])[],
): NorFlash {
  const content = new Uint8Array(board.flashSize).fill(0xff);
  for (const [offset, bytes] of parts) content.set(bytes, offset);
  return makeFlash(board, content);
}

/** An ESP32-family chip with its board's table. Keys are partition names, or offsets as text. */
export function esp32Chip(board: Board, parts: Readonly<Record<string, Uint8Array>>): NorFlash {
  const partitions = boardPartitions(board);
  const placed = Object.entries(parts).map(([name, bytes]) => {
    const partition = partitions.find((candidate) => candidate.name === name);
    return [partition ? partition.offset : Number(name), bytes] as const;
  });
  return chipWith(board, [[0x8000, encodePartitionTable(partitions)], ...placed]);
}

/**
 * A sketch file of `sectors` sectors, eboot included. Its segment headers lie at the start of the second sector, as in
 * a small sketch, so that a copy cut short still has all of them.
 */
export function sketch(sectors: number, seed: number): Buffer {
  const eboot = buildEsp8266({
    entry: 0x4010f480,
    segments: [{ address: 0x4010f000, data: filler(1500, 3) }],
  });
  const rest = sectors * 4096 - 4096;
  const text = { address: 0x40100000, data: filler(640, seed) };
  const irom = { address: 0x40201010, data: filler(rest - 8 - 8 - 640 - 8 - 16, seed + 1) };
  const image = buildEsp8266({ segments: [text, irom] });
  return Buffer.concat([
    eboot,
    Buffer.alloc(4096 - eboot.length, 0xaa),
    image,
    Buffer.alloc(rest - image.length, 0xff),
  ]);
}

export function recordOperations(flash: NorFlash, run: () => void): FlashOperation[] {
  const seen: FlashOperation[] = [];
  flash.hook = (operation) => {
    seen.push(operation);
    return undefined;
  };
  run();
  flash.hook = undefined;
  return seen;
}

/** Runs with the power cut in one operation, counted from now. @returns whether it came to that */
export function cutDuring(flash: NorFlash, operation: number, tear: Tear, run: () => void): boolean {
  flash.cutAt(flash.operations + operation, tear);
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  } finally {
    flash.hook = undefined;
  }
}
