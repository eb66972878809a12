import { describe, expect, test } from "vitest";
import { playYears } from "../../../bench/garden/years.js";

describe.each([1, 2, 3])(
  "half a year of cuts, brown-outs, updates, crashes, sleeps and stuck valves, seed %i",
  (seed) => {
    const report = playYears({ days: 180, seed, clockJumps: false });

    test("no zone gets more than its day's plan and what flows while a valve closes", () => {
      expect(report.cuts + report.brownOuts + report.updates).toBeGreaterThan(100);
      expect(report.floods).toBe(0);
    });

    test("the pump never works against closed valves, and no drop flows during an update", () => {
      expect(report.violations).toBe(0);
    });

    test("and yet the garden is watered", () => {
      expect(report.watered).toBeGreaterThan(0.6);
      expect(report.litres).toBeLessThanOrEqual(report.plannedLitres);
    });
  },
);

test("a clock that is set wrong by hours costs a zone no more than one start more on a day", () => {
  const report = playYears({ days: 180, seed: 4, clockJumps: true });
  expect(report.clockJumps).toBeGreaterThan(5);
  // 480 s of summer's two rounds.
  expect(report.worstExcess).toBeLessThanOrEqual(160.7);
  expect(report.violations).toBe(0);
});
