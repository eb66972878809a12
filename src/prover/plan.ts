import { type Board, boards } from "../../boards/index.js";
import { flashBase } from "../board/board-flash.js";
import { otaPartitions } from "../core/flash/partition-table.js";
import { compilePartitionCsv } from "../image/partition-csv.js";
import { storePlace } from "./espruino-device.js";
import { ebootScenarios } from "./paths/eboot.js";
import { esp32Chip, esp32Scenarios } from "./paths/esp32.js";
import { filesystemScenarios } from "./paths/filesystem.js";
import { storeScenarios } from "./paths/store.js";
import type { ProveOptions } from "./prove.js";
import type { Scenario } from "./scenario.js";

/** Bytes of the images that are too large for every second cut: 300 KiB, as the field counts. */
const largeImage = 300 * 1024;

/** Tables that no board of ours has, but the field does: Espressif's two_ota and the Arduino core's default. */
const foreignTables: Readonly<Record<string, string>> = {
  "idf-two-ota": [
    "nvs, data, nvs, 0x9000, 16K",
    "otadata, data, ota, 0xd000, 8K",
    "phy_init, data, phy, 0xf000, 4K",
    "factory, app, factory, 0x10000, 1M",
    "ota_0, app, ota_0, 0x110000, 1M",
    "ota_1, app, ota_1, 0x210000, 1M",
    "storage, data, undefined, 0x320000, 896K",
  ].join("\n"),
  "arduino-esp32-default": [
    "nvs, data, nvs, 0x9000, 20K",
    "otadata, data, ota, 0xe000, 8K",
    "app0, app, ota_0, 0x10000, 1280K",
    "app1, app, ota_1, 0x150000, 1280K",
    "storage, data, undefined, 0x320000, 896K",
  ].join("\n"),
};

/** What app paths depend on, "" for a board without Storage. */
function storeKey(board: Board): string {
  const place = storePlace(board);
  if (place === undefined) return "";
  const { layout, address, piece } = place;
  return [address, layout.blockLength, layout.agentBlocks, layout.appBlocks, piece].join() + flashBase(board);
}

/** Boards whose Storage is laid out alike share their app paths: the first one, which lends its name; "" without Storage. */
export function storeLender(board: Board): string {
  const key = storeKey(board);
  return key === "" ? "" : (boards.find((other) => storeKey(other) === key)?.id ?? "");
}

/** Paths of firmware as the layout's own boot loader takes it. @param bytes of an image; as the path likes it unless given */
function firmwareScenarios(board: Board, bytes?: number): Scenario[] {
  const { layout } = board;
  if (layout.refusal !== undefined) return [];
  if (layout.kind === "eboot") return ebootScenarios(board, layout, bytes);
  const chip = esp32Chip(board, board.id);
  return chip === undefined ? [] : esp32Scenarios(chip, bytes);
}

function boardScenarios(board: Board): Scenario[] {
  const { layout } = board;
  const place = storePlace(board);
  return [
    ...(place !== undefined && storeLender(board) === board.id ? storeScenarios(board, place) : []),
    ...firmwareScenarios(board),
    ...(layout.kind === "eboot" && layout.refusal === undefined ? filesystemScenarios(board, layout) : []),
  ];
}

/** The chip of the ESP32 board with another table. */
function foreignScenarios([layout, csv]: readonly [string, string]): Scenario[] {
  const lender = boards.find(({ id }) => id === "esp32-devkit");
  const chip = lender === undefined ? undefined : esp32Chip(lender, layout);
  if (chip === undefined) return [];
  const partitions = compilePartitionCsv(csv, chip.size);
  const room = Math.min(...otaPartitions([...partitions]).map((one) => one.size));
  return esp32Scenarios({ ...chip, partitions, target: { ...chip.target, room } });
}

/** One row of the table: a path on a layout, and how thoroughly it is cut. */
export interface PlanRow {
  readonly scenario: Scenario;
  readonly options: ProveOptions;
  /** The layout stands for others that differ from it in addresses only. */
  readonly isThorough: boolean;
}

export interface ProveRequest {
  readonly seed: number;
  /** A seeded part, for every run of the tests. */
  readonly quick: boolean;
  /** Only these, when given; what is named is cut as thoroughly as it ever is. */
  readonly layout?: string;
  readonly path?: string;
  /** New states of each depth of a thoroughly cut path, about. */
  readonly states?: number;
}

/** Layouts that are cut as often as time allows. The others differ from one of them in addresses only. */
const thorough: ReadonlySet<string> = new Set([
  "esp32-devkit",
  "linux",
  "idf-two-ota",
  "arduino-esp32-default",
  "arduino-esp8266-4m1m",
]);

/** Layouts of the quick run, and its share of cuts. */
const quickLayouts: ReadonlySet<string> = new Set([...thorough, "esp32s3-ota", "arduino-esp8266-1m64"]);
const quickShare = { operations: 2, depth: 2, states: 10 } as const;
const depth = 4;
const sampledStates = 200;
const large = { operations: 60, depth: 2, states: 200 } as const;
/** Beyond two cuts in a row, new states of each depth. */
export const mostStates = 150_000;
/** Each recovery of these paths takes a hundred operations and more: a tenth of that, beyond one cut. */
const slowPaths: ReadonlySet<string> = new Set(["storage", "provision"]);

/** Layouts and paths that are also tried with images of 300 KiB. */
const largeLayouts: ReadonlySet<string> = new Set(["esp32-devkit", "arduino-esp8266-4m1m"]);
const largePaths: ReadonlySet<string> = new Set([
  "firmware",
  "firmware-back",
  "eboot",
  "eboot-flash",
  "eboot-flash-gzip",
]);
const largeSuffix = "-300k";

let made: readonly Scenario[] | undefined;

/** Every scenario that `--layout`, `--path` and `--replay` can name. They keep no state, so they are made once. */
export function everyScenario(): readonly Scenario[] {
  made ??= makeScenarios();
  return made;
}

function makeScenarios(): Scenario[] {
  const heavy = boards
    .filter(({ id }) => largeLayouts.has(id))
    .flatMap((board) => firmwareScenarios(board, largeImage))
    .filter(({ path }) => largePaths.has(path))
    .map((scenario) => ({ ...scenario, path: scenario.path + largeSuffix }));
  const foreign = Object.entries(foreignTables).flatMap(foreignScenarios);
  return [...boards.flatMap(boardScenarios), ...foreign, ...heavy];
}

export function plan(options: ProveRequest): PlanRow[] {
  const { seed, quick } = options;
  return everyScenario()
    .filter(({ layout }) => options.layout === undefined || layout === options.layout)
    .filter(({ path }) => options.path === undefined || path === options.path)
    .filter(({ layout, path }) => !quick || (quickLayouts.has(layout) && !path.endsWith(largeSuffix)))
    .map((scenario): PlanRow => {
      if (quick) return { scenario, options: { seed, ...quickShare }, isThorough: false };
      if (scenario.path.endsWith(largeSuffix))
        return { scenario, options: { seed, ...large }, isThorough: false };
      const isThorough = thorough.has(scenario.layout) || options.layout !== undefined;
      if (!isThorough) return { scenario, options: { seed, depth, states: sampledStates }, isThorough };
      const { states = mostStates } = options;
      const how = slowPaths.has(scenario.path) ? { states: states / 10 } : { full: 2, states };
      return { scenario, options: { seed, depth, ...how }, isThorough };
    });
}
