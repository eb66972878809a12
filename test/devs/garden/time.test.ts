import { describe, expect, test } from "vitest";
import { isDue, startSchedule } from "../../../devs/garden/lib/schedule.js";
import { steadyMs } from "../../../devs/garden/lib/steady-clock.js";
import { quick } from "./rig.js";

const program = { ...quick, startMinutes: [2, 360] };

/** How often the program starts when the schedule is checked at these minutes of the day. */
function starts(...minutes: number[]): number {
  startSchedule(0);
  return minutes.filter((minute) => isDue(program, 0, minute, 0)).length;
}

describe("starts by the clock", () => {
  test("come once each", () => expect(starts(359, 360, 360, 361)).toBe(1));
  test("do not come at a boot in that very minute", () => expect(starts(360, 361)).toBe(0));
  test("are made up for within the hour", () => expect(starts(350, 405)).toBe(1));
  test("are not made up for later", () => expect(starts(350, 421)).toBe(0));
  test("are found across midnight", () => expect(starts(1435, 5)).toBe(1));
  test("come no second time when the clock is put back", () =>
    expect(starts(359, 361, 301, 360, 361, 362)).toBe(1));
  test("wait for a clock that was lost and found", () => expect(starts(350, -1, 365, 366)).toBe(0));
});

test("without a clock the interval counts from the boot", () => {
  const often = { ...program, everyMinutes: 10 };
  startSchedule(1000);
  expect(isDue(often, 600_999, -1, 0)).toBe(false);
  expect(isDue(often, 601_000, -1, 0)).toBe(true);
  expect(isDue(often, 601_100, -1, 0)).toBe(false);
  expect(isDue(often, 1_201_000, -1, 0)).toBe(true);
});

test("a program without an interval waits for the clock", () => {
  startSchedule(0);
  expect(isDue({ ...program, everyMinutes: 0 }, 1e9, -1, 0)).toBe(false);
});

test("steady time goes on when the wall clock is set, forward or back", () => {
  const start = steadyMs(5000);
  expect(steadyMs(5120) - start).toBe(120);
  expect(steadyMs(1_700_000_000_000) - start).toBe(220);
  expect(steadyMs(1_600_000_000_000) - start).toBe(320);
  expect(steadyMs(1_600_000_004_000) - start).toBe(4320);
});
