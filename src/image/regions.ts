import type { Board, EbootLayout } from "../../boards/index.js";
import { roundUpToSector } from "../core/flash/eboot.js";
import { partitionTableOffset } from "../core/flash/partition-table.js";
import { partitionKind } from "./partition-csv.js";
import { boardPartitions } from "./partition-tables.js";

/** A stretch of flash, in bytes from its start. */
export interface FlashRegion {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  /** What it is for, in a few words; "" when the name suffices. */
  readonly note: string;
}

/** A sketch on its way: bytes of the one that runs, and where the new one is staged. */
export interface StagedSketch {
  readonly running: number;
  readonly start: number;
  readonly size: number;
}

/** Everything in the board's flash in order, without gaps; other slots than the sketch's are shown whole. */
export function boardRegions(board: Board, staged?: StagedSketch): FlashRegion[] {
  const { layout, flashSize } = board;
  switch (layout.kind) {
    case "esp32":
      return withoutGaps(esp32Regions(board, layout.bootLoader), flashSize);
    case "eboot":
      return withoutGaps(ebootRegions(layout, flashSize, staged), flashSize);
    case "store":
      return [{ name: "Storage", start: 0, size: flashSize, note: storeNote(board) }];
  }
}

function esp32Regions(board: Board, bootLoader: number): FlashRegion[] {
  const partitions = boardPartitions(board).map(({ name, type, subtype, offset, size }) => ({
    name,
    start: offset,
    size,
    note: offset === board.espruino?.storage.offset ? storeNote(board) : partitionKind(type, subtype),
  }));
  return [
    { name: "boot loader", start: bootLoader, size: partitionTableOffset - bootLoader, note: "second stage" },
    { name: "partition table", start: partitionTableOffset, size: 0x1000, note: "" },
    ...partitions,
  ];
}

function ebootRegions(layout: EbootLayout, flashSize: number, staged?: StagedSketch): FlashRegion[] {
  const sketch = staged
    ? [
        { name: "running sketch", start: 0x1000, size: roundUpToSector(staged.running) - 0x1000, note: "" },
        { name: "new image", start: staged.start, size: staged.size, note: "staged for eboot to copy" },
      ]
    : [
        {
          name: "sketch",
          start: 0x1000,
          size: layout.area - 0x1000,
          note: "the running one and its successor",
        },
      ];
  return [
    { name: "eboot", start: 0, size: 0x1000, note: "boot loader, part of every sketch's file" },
    ...sketch,
    { name: "filesystem", start: layout.area, size: layout.filesystem, note: "LittleFS or SPIFFS" },
    { name: "EEPROM", start: layout.eeprom, size: 0x1000, note: "" },
    { name: "RF calibration", start: flashSize - 0x4000, size: 0x1000, note: "" },
    { name: "Wi-Fi settings", start: flashSize - 0x3000, size: 0x3000, note: "" },
  ];
}

function storeNote(board: Board): string {
  const port = board.espruino;
  if (port === undefined) return "";
  const app = (port.store.appBlocks * board.blockLength) / 1024;
  return `Espruino's Storage, with Sluice's app slots of 2 x ${app} KB`;
}

/** Drops empty regions and names what lies between the others. */
function withoutGaps(regions: readonly FlashRegion[], flashSize: number): FlashRegion[] {
  const sorted = regions.filter(({ size }) => size > 0).sort((a, b) => a.start - b.start);
  const all: FlashRegion[] = [];
  let end = 0;
  for (const region of sorted) {
    if (region.start > end) all.push(gap(end, region.start));
    all.push(region);
    end = region.start + region.size;
  }
  if (end < flashSize) all.push(gap(end, flashSize));
  return all;
}

function gap(start: number, end: number): FlashRegion {
  return { name: "unused", start, size: end - start, note: "" };
}
