import { describe, expect, test } from "vitest";
import { Schedule } from "../../../devs/garden/lib/schedule.js";
import { SteadyClock } from "../../../devs/garden/lib/steady-clock.js";
import { quick } from "./rig.js";

const program = { ...quick, startMinutes: [2, 360] };

/** How often the program starts when the schedule is asked at these minutes of the day. */
function starts(...minutes: number[]): number {
  const schedule = new Schedule(program, 0);
  return minutes.filter((minute) => schedule.due(0, minute)).length;
}

describe("starts by the clock", () => {
  test("come once each", () => expect(starts(359, 360, 360, 361)).toBe(1));
  test("do not come at a boot in that very minute", () => expect(starts(360, 361)).toBe(0));
  test("are made up for within the hour", () => expect(starts(350, 405)).toBe(1));
  test("are not made up for later", () => expect(starts(350, 411)).toBe(0));
  test("are found across midnight", () => expect(starts(1435, 5)).toBe(1));
  test("come no second time when the clock is put back", () =>
    expect(starts(359, 361, 301, 360, 361, 362)).toBe(1));
  test("wait for a clock that was lost and found", () => expect(starts(350, -1, 365, 366)).toBe(0));
});

test("without a clock the interval counts from the boot", () => {
  const schedule = new Schedule({ ...program, everyMinutes: 10 }, 1000);
  expect(schedule.due(600_999, -1)).toBe(false);
  expect(schedule.due(601_000, -1)).toBe(true);
  expect(schedule.due(601_100, -1)).toBe(false);
  expect(schedule.due(1_201_000, -1)).toBe(true);
});

test("a program without an interval waits for the clock", () => {
  expect(new Schedule({ ...program, everyMinutes: 0 }, 0).due(1e9, -1)).toBe(false);
});

test("steady time goes on when the wall clock is set, forward or back", () => {
  const clock = new SteadyClock(5000, 100);
  expect(clock.advance(5120)).toBe(120);
  expect(clock.advance(1_700_000_000_000)).toBe(220);
  expect(clock.advance(1_600_000_000_000)).toBe(320);
  expect(clock.advance(1_600_000_004_000)).toBe(4320);
});
