import type { Board, EbootLayout, EspruinoPort, User12Layout } from "../../boards/index.js";
import { partitionTableOffset } from "../core/flash/partition-table.js";
import { parameterSectors, user1Start } from "../core/flash/user-slots.js";
import { partitionKind } from "./partition-names.js";
import { boardPartitions } from "./partition-tables.js";

/** A stretch of flash, in bytes from its start. */
export interface Region {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  /** What it is for, in a few words; "" when the name says it. */
  readonly note: string;
}

/** Everything in the board's flash in order, without gaps. */
export function boardRegions(board: Board): Region[] {
  return withoutGaps(namedRegions(board), board.flashSize);
}

function namedRegions(board: Board): Region[] {
  const layout = board.layout;
  switch (layout.kind) {
    case "esp32":
      return esp32Regions(board, layout.bootLoader);
    case "eboot":
      return ebootRegions(layout, board.flashSize);
    case "user12":
      return userRegions(layout, board);
    case "store":
      return [{ name: "Storage", start: 0, size: board.flashSize, note: storeNote(board) }];
  }
}

function esp32Regions(board: Board, bootLoader: number): Region[] {
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

function ebootRegions(layout: EbootLayout, flashSize: number): Region[] {
  return [
    { name: "eboot", start: 0, size: 0x1000, note: "boot loader, part of every sketch's file" },
    { name: "sketch", start: 0x1000, size: layout.area - 0x1000, note: "the running one and its successor" },
    { name: "filesystem", start: layout.area, size: layout.filesystem, note: "LittleFS or SPIFFS" },
    { name: "EEPROM", start: layout.eeprom, size: 0x1000, note: "" },
    { name: "RF calibration", start: flashSize - 0x4000, size: 0x1000, note: "" },
    { name: "Wi-Fi settings", start: flashSize - 0x3000, size: 0x3000, note: "" },
  ];
}

function userRegions(layout: User12Layout, board: Board): Region[] {
  const parameters = parameterSectors(board.flashSize);
  const regions: Region[] = [
    { name: "boot loader", start: 0, size: 0x1000, note: `boot_v1.${layout.bootVersion}` },
    { name: "user1", start: user1Start, size: layout.maxImage, note: "firmware slot" },
    ...storageRegion(board.espruino, board, 0),
  ];
  if (layout.user2 !== 0) {
    regions.push({ name: "user2", start: layout.user2, size: layout.maxImage, note: "firmware slot" });
    regions.push(...storageRegion(board.espruino, board, layout.user2 - user1Start));
  }
  return [
    ...regions,
    { name: "RF calibration", start: parameters - 0x1000, size: 0x1000, note: "" },
    { name: "RF init data", start: parameters, size: 0x1000, note: "" },
    { name: "parameters 0", start: parameters + 0x1000, size: 0x1000, note: "which slot starts" },
    { name: "parameters 1", start: parameters + 0x2000, size: 0x1000, note: "its second copy" },
    { name: "flags", start: parameters + 0x3000, size: 0x1000, note: "which copy counts" },
  ];
}

/** Espruino addresses Storage inside the running slot's segment, so each slot has its own. */
function storageRegion(port: EspruinoPort | undefined, board: Board, segment: number): Region[] {
  if (port === undefined) return [];
  const note = segment === 0 ? storeNote(board) : "seen by user2 only";
  return [{ name: "Storage", start: port.storage.offset + segment, size: port.storage.size, note }];
}

function storeNote(board: Board): string {
  const port = board.espruino;
  if (port === undefined) return "";
  const app = (port.store.appBlocks * board.blockLength) / 1024;
  return `Espruino's Storage, with Sluice's app slots of 2 x ${app} KB`;
}

/** Drops empty regions and names what lies between the others. */
export function withoutGaps(regions: readonly Region[], flashSize: number): Region[] {
  const sorted = regions.filter(({ size }) => size > 0).sort((a, b) => a.start - b.start);
  const all: Region[] = [];
  let end = 0;
  for (const region of sorted) {
    if (region.start > end) all.push(gap(end, region.start));
    all.push(region);
    end = region.start + region.size;
  }
  if (end < flashSize) all.push(gap(end, flashSize));
  return all;
}

function gap(start: number, end: number): Region {
  return { name: "unused", start, size: end - start, note: "" };
}
