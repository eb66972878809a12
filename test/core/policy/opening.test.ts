import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type MaintenanceWindow,
  parseWindow,
  secondsToOpening,
} from "../../../src/core/policy/maintenance-window.js";
import { parseZone, type Zone, zoneAt } from "../../../src/core/policy/zone.js";
import { IcuZone, openMinutes, slowSecondsToOpening } from "./slow-week.js";

const seconds = (text: string): number => Date.parse(text) / 1000;
const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
const openingOf = (window: MaintenanceWindow, zone: Zone, at: number): number =>
  secondsToOpening(window, zone, at, zoneAt(zone, at));
const wait = (window: string, at: string, zone = berlin): number =>
  openingOf(parseWindow(window), parseZone(zone), seconds(at));

describe("when the window opens", () => {
  it.each([
    ["inside", "Mo-Fr 10:00-12:00", "2026-07-06T09:00:00Z", 0],
    ["on its first second", "Mo-Fr 10:00-12:00", "2026-07-06T08:00:00Z", 0],
    ["a second before", "Mo-Fr 10:00-12:00", "2026-07-06T07:59:59Z", 1],
    ["on its last second", "Mo-Fr 10:00-12:00", "2026-07-06T09:59:59Z", 0],
    ["when it has just closed", "Mo-Fr 10:00-12:00", "2026-07-06T10:00:00Z", 22 * 3600],
    ["over the weekend", "Mo-Fr 10:00-12:00", "2026-07-10T10:00:00Z", 70 * 3600],
    ["past midnight", "Su 22:00-4:00", "2026-07-06T01:00:00Z", 0],
    ["past the end of a night", "Su 22:00-4:00", "2026-07-06T02:00:00Z", 162 * 3600],
    ["never", "never", "2026-07-06T02:00:00Z", -1],
    ["over the night that summer time begins in", "Su 10:00-12:00", "2026-03-28T23:00:00Z", 9 * 3600],
    ["over the night that summer time ends in", "Su 10:00-12:00", "2026-10-24T22:00:00Z", 11 * 3600],
    ["a start that summer time swallows, open behind it", "Su 2:30-4:00", "2026-03-29T00:30:00Z", 1800],
    ["a window that summer time swallows", "Su 2:15-2:45", "2026-03-28T12:00:00Z", 7 * 86400 + 12.25 * 3600],
    ["a start at the moment that summer time ends", "Su 3:00-3:01", "2026-10-24T00:00:00Z", 26 * 3600],
    ["a start at the moment that summer time begins", "Su 2:00-4:00", "2026-03-28T00:00:00Z", 25 * 3600],
    ["a window that comes twice in one night", "Su 2:15-2:45", "2026-10-25T00:45:00Z", 1800],
  ])("%s: %s at %s", (_, window, at, expected) => {
    expect(wait(window, at)).toBe(expected);
  });

  it("is later where the sun rises later", () => {
    expect(wait("10:00-12:00", "2026-07-06T00:00:00Z", "")).toBe(10 * 3600);
    expect(wait("10:00-12:00", "2026-07-06T00:00:00Z", "+02:00")).toBe(8 * 3600);
    expect(wait("10:00-12:00", "2026-07-06T00:00:00Z", "EST5EDT,M3.2.0,M11.1.0")).toBe(14 * 3600);
  });
});

const zones = [
  ["Europe/Berlin", berlin],
  ["America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0"],
  ["Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"],
] as const;
const icu = new Map(zones.map(([name]) => [name, new IcuZone(name)]));
const span = fc
  .record({
    days: fc.integer({ min: 1, max: 127 }),
    start: fc.nat(1439),
    length: fc.integer({ min: 1, max: 400 }),
  })
  .map(({ days, start, length }) => ({ days, start, end: start + length }));
/** Days on which clocks are put forward or back, and others. */
const day = fc.oneof(
  fc.constantFrom("2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"),
  fc.integer({ min: 0, max: 3000 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)),
);

it("agrees with who looks at the clock every minute", () => {
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 3 }),
      fc.constantFrom(...zones),
      day,
      fc.nat(2879),
      (spans, [name, text], date, minute) => {
        const now = seconds(`${date}T00:00:00Z`) + minute * 60;
        const offset = (at: number) => icu.get(name)?.offsetSeconds(at) ?? 0;
        const expected = slowSecondsToOpening(openMinutes(spans), offset, now);
        expect(openingOf({ spans, wrong: "" }, parseZone(text), now)).toBe(expected);
      },
    ),
    { numRuns: 60 },
  );
});
