import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseStart,
  recordStart,
  type StartRecord,
  startCause,
  startValue,
} from "../../../src/devicescript/device/start-reason.js";

/** Starts one after the other, given as [ms since the chip started, version]. @returns the reason of each */
function reasons(starts: readonly (readonly [number, string])[]): string[] {
  let last: StartRecord | undefined;
  return starts.map(([ms, version]) => {
    const now = recordStart(last, ms, version);
    const reason = startCause(last, now);
    last = parseStart(JSON.parse(JSON.stringify(startValue(now))));
    return reason;
  });
}

describe("why a program has started", () => {
  test.each([
    ["the first start", [[1200, "1.0.0"]], ["power-on"]],
    [
      "an update, the chip running on",
      [
        [1200, "1.0.0"],
        [90_000, "2.0.0"],
      ],
      ["power-on", "update"],
    ],
    [
      "a return",
      [
        [1200, "1.0.0"],
        [90_000, "2.0.0"],
        [120_000, "1.0.0"],
      ],
      ["power-on", "update", "rollback"],
    ],
    [
      "the same program again",
      [
        [1200, "1.0.0"],
        [90_000, "1.0.0"],
      ],
      ["power-on", "restart"],
    ],
    [
      "a power cut",
      [
        [1200, "1.0.0"],
        [1210, "1.0.0"],
      ],
      ["power-on", "power-on"],
    ],
    [
      "a power cut after a long time",
      [
        [500_000, "1.0.0"],
        [1100, "1.0.0"],
      ],
      ["power-on", "power-on"],
    ],
    [
      "a power cut in the middle of an update",
      [
        [90_000, "1.0.0"],
        [12_000, "2.0.0"],
      ],
      ["power-on", "power-on"],
    ],
  ] as const)("%s", (_, starts, expected) => {
    expect(reasons(starts)).toEqual(expected);
  });

  test("a program that ends again and again is told that it crashes, until it has run for a minute", () => {
    const starts = [1000, 20_000, 27_000, 34_000, 41_000, 48_000, 110_000].map(
      (ms) => [ms, "1.0.0"] as const,
    );
    expect(reasons(starts)).toEqual(["power-on", "restart", "restart", "crash", "crash", "crash", "restart"]);
  });

  test("a new version begins without the old one's crashes", () => {
    const starts = [1000, 20_000, 27_000, 34_000].map((ms) => [ms, "1.0.0"] as const);
    expect(reasons([...starts, [41_000, "1.0.1"], [48_000, "1.0.1"]]).slice(-2)).toEqual([
      "update",
      "restart",
    ]);
  });

  test("starts are counted, and a record fits into a setting", () => {
    let last: StartRecord | undefined;
    for (let i = 0; i < 5; i++) last = recordStart(last, 1000 + i, "123456789.123456789.12345");
    expect(last?.boots).toBe(5);
    const worst = {
      boots: 2 ** 32,
      ms: 2 ** 42,
      version: "x".repeat(24),
      before: "y".repeat(24),
      quick: 9999,
    };
    expect(JSON.stringify(startValue(worst)).length).toBeLessThanOrEqual(220);
  });

  test("anything else is no record", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const record = parseStart(value);
        if (record !== undefined) expect(startValue(record)).toEqual(value);
      }),
    );
    expect(parseStart(["1", 2, "a", "b", 3])).toBeUndefined();
    expect(parseStart(undefined)).toBeUndefined();
  });
});
