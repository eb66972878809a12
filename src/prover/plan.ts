import { allScenarios } from "./layouts.js";
import type { ProveOptions } from "./prove.js";
import type { Scenario } from "./scenario.js";

/** One row of the table: a path on a layout, and how thoroughly it is cut. */
export interface Job {
  readonly scenario: Scenario;
  readonly options: ProveOptions;
}

export interface PlanOptions {
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

export function plan(options: PlanOptions): Job[] {
  const { seed, quick } = options;
  return everyScenario()
    .filter(({ layout }) => options.layout === undefined || layout === options.layout)
    .filter(({ path }) => options.path === undefined || path === options.path)
    .filter(({ layout, path }) => !quick || (quickLayouts.has(layout) && !path.endsWith(largeSuffix)))
    .map((scenario): Job => {
      if (quick) return { scenario, options: { seed, ...quickShare } };
      if (scenario.path.endsWith(largeSuffix)) return { scenario, options: { seed, ...large } };
      const all = thorough.has(scenario.layout) || options.layout !== undefined;
      return { scenario, options: { seed, second: all ? "all" : sampled } };
    });
}
