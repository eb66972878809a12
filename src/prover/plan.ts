import { type Board, boards } from "../../boards/index.js";
import { flashBase } from "../board/board-flash.js";
import { otaPartitions } from "../core/flash/partition-table.js";
import { boardTarget } from "../image/board-target.js";
import { compilePartitionCsv } from "../image/partition-csv.js";
import { boardPartitions } from "../image/partition-tables.js";
import { type StorePlace, storePlace } from "./espruino-device.js";
import { ebootScenarios } from "./paths/eboot.js";
import { type Esp32Chip, esp32Scenarios } from "./paths/esp32.js";
import { filesystemScenarios } from "./paths/filesystem.js";
import { storeScenarios } from "./paths/store.js";
import type { ProveOptions } from "./prove.js";
import type { Scenario } from "./scenario.js";

/** How much the images weigh: small enough to cut everything twice, or as large as real ones. */
export type Size = "small" | "large";

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

/** Boards whose Storage is laid out alike share their app paths; the first one lends its name. */
function storeKey(board: Board, place: StorePlace): string {
  const { layout, address, piece } = place;
  return [address, layout.blockLength, layout.agentBlocks, layout.appBlocks, piece].join() + flashBase(board);
}

/**
 * Everything that is proven, layout by layout.
 * @param only boards to leave it at; images of 300 KiB take their time to make
 */
export function allScenarios(size: Size = "small", only?: ReadonlySet<string>): Scenario[] {
  const seen = new Set<string>();
  const scenarios: Scenario[] = [];
  const bytes = size === "large" ? largeImage : undefined;
  for (const board of boards) {
    if (only !== undefined && !only.has(board.id)) continue;
    const { layout } = board;
    const place = storePlace(board);
    if (place !== undefined && !seen.has(storeKey(board, place)) && size === "small") {
      seen.add(storeKey(board, place));
      scenarios.push(...storeScenarios(board, place));
    }
    if (layout.refusal !== undefined) continue;
    if (layout.kind === "esp32" && place !== undefined) {
      const partitions = boardPartitions(board);
      if (otaPartitions([...partitions]).length > 0)
        scenarios.push(
          ...esp32Scenarios(
            { layout: board.id, size: board.flashSize, partitions, target: boardTarget(board), place },
            bytes,
          ),
        );
    }
    if (layout.kind === "eboot") {
      scenarios.push(...ebootScenarios(board, layout, bytes));
      if (size === "small") scenarios.push(...filesystemScenarios(board, layout));
    }
  }
  const lender = boards.find(({ id }) => id === "esp32-devkit");
  const place = lender === undefined ? undefined : storePlace(lender);
  if (lender !== undefined && place !== undefined && size === "small")
    for (const [layout, csv] of Object.entries(foreignTables)) {
      const partitions = compilePartitionCsv(csv, lender.flashSize);
      const room = Math.min(...otaPartitions([...partitions]).map((one) => one.size));
      const target = { ...boardTarget(lender), room };
      const chip: Esp32Chip = { layout, size: lender.flashSize, partitions, target, place };
      scenarios.push(...esp32Scenarios(chip));
    }
  return scenarios;
}

/** The board whose store paths stand for this one's too, "" when it has no Storage. */
export function storeLender(board: Board): string {
  const place = storePlace(board);
  if (place === undefined) return "";
  const key = storeKey(board, place);
  for (const other of boards) {
    const otherPlace = storePlace(other);
    if (otherPlace !== undefined && storeKey(other, otherPlace) === key) return other.id;
  }
  return board.id;
}

/** One row of the table: a path on a layout, and how thoroughly it is cut. */
export interface PlanRow {
  readonly scenario: Scenario;
  readonly options: ProveOptions;
}

export interface ProveRequest {
  readonly seed: number;
  /** A seeded part, for every run of the tests. */
  readonly quick: boolean;
  /** Only these, when given; what is named is cut as thoroughly as it ever is. */
  readonly layout?: string;
  readonly path?: string;
}

/** Layouts whose every recovery is cut at every operation. The others differ from one of them in addresses only. */
const thorough: ReadonlySet<string> = new Set([
  "esp32-devkit",
  "linux",
  "idf-two-ota",
  "arduino-esp32-default",
  "arduino-esp8266-4m1m",
]);

/** Layouts of the quick run, and its share of cuts. */
const quickLayouts: ReadonlySet<string> = new Set([...thorough, "esp32s3-ota", "arduino-esp8266-1m64"]);
const quickShare = { first: 16, second: { recoveries: 2, cuts: 4 } } as const;
const sampled = { recoveries: 20, cuts: 20 } as const;
const large = { first: 600, second: { recoveries: 15, cuts: 10 } } as const;

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
  const heavy = allScenarios("large", largeLayouts)
    .filter(({ path }) => largePaths.has(path))
    .map((scenario) => ({ ...scenario, path: scenario.path + largeSuffix }));
  return [...allScenarios(), ...heavy];
}

export function plan(options: ProveRequest): PlanRow[] {
  const { seed, quick } = options;
  return everyScenario()
    .filter(({ layout }) => options.layout === undefined || layout === options.layout)
    .filter(({ path }) => options.path === undefined || path === options.path)
    .filter(({ layout, path }) => !quick || (quickLayouts.has(layout) && !path.endsWith(largeSuffix)))
    .map((scenario): PlanRow => {
      if (quick) return { scenario, options: { seed, ...quickShare } };
      if (scenario.path.endsWith(largeSuffix)) return { scenario, options: { seed, ...large } };
      const all = thorough.has(scenario.layout) || options.layout !== undefined;
      return { scenario, options: { seed, second: all ? "all" : sampled } };
    });
}
