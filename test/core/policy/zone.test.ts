import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, parseZone, weekdayOf, yearOf, type Zone, zoneAt } from "../../../src/core/policy/zone.js";
import { IcuZone } from "./slow-week.js";

/** Zones and how the time zone database writes them for POSIX. */
const zones: readonly [string, string][] = [
  ["Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"],
  ["Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"],
  ["Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1"],
  ["America/New_York", "EST5EDT,M3.2.0,M11.1.0"],
  ["America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0"],
  ["America/Nuuk", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"],
  ["Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"],
  ["Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"],
  ["Pacific/Chatham", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"],
  ["Asia/Kathmandu", "<+0545>-5:45"],
  ["Asia/Jerusalem", "IST-2IDT,M3.4.4/26,M10.5.0"],
  ["America/Caracas", "<-04>4"],
  ["UTC", "UTC0"],
];

const offsetOf = (zone: Zone, at: number): number => zoneAt(zone, at).offset;
const from = Date.UTC(2026, 0, 1) / 1000;
const moment = fc.integer({ min: from, max: Date.UTC(2036, 0, 1) / 1000 });

describe("a time zone in POSIX's words", () => {
  it.each(zones)("%s is %s", (name, text) => {
    const zone = parseZone(text);
    expect(zone.wrong).toBe("");
    const icu = new IcuZone(name);
    fc.assert(
      fc.property(moment, (at) => {
        expect(offsetOf(zone, at)).toBe(icu.offsetSeconds(at));
        const change = zoneAt(zone, at).until;
        if (change < 0) return;
        expect(change).toBeGreaterThan(at);
        expect(offsetOf(zone, change - 1)).toBe(offsetOf(zone, at));
        expect(icu.offsetSeconds(change - 1)).toBe(offsetOf(zone, at));
        expect(offsetOf(zone, change)).toBe(icu.offsetSeconds(change));
        expect(offsetOf(zone, change)).not.toBe(offsetOf(zone, at));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["", 0, "UTC"],
    ["Z", 0, "UTC"],
    ["UTC", 0, "UTC"],
    ["+02:00", 7200, "UTC+02:00"],
    ["-0330", -12600, "UTC-0330"],
    ["+2", 7200, "UTC+2"],
    ["-5", -18000, "UTC-5"],
    ["CET-1", 3600, "CET"],
    ["EST+5", -18000, "EST"],
  ])("%j counts %i s east, all year", (text, offset, name) => {
    expect(parseZone(text)).toMatchObject({ wrong: "", offset, name });
    expect(zoneAt(parseZone(text), from)).toEqual({ offset, name, until: -1 });
  });

  it.each([
    "Europe/Berlin",
    "CET",
    "C1",
    "<+03",
    "CET-99",
    "CET-1:99",
    "CET-1CEST",
    "CET-1CEST,M3.5.0",
    "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0",
    "CET-1CEST,M3.5.7,M10.5.0",
    "CET-1CEST,M3.5.0/,M10.5.0",
    "CET-1CEST,J60,J300",
    "CET-1CEST,M3.5.0,M10.5.0/3 ",
    "CET-1,M3.5.0,M10.5.0",
    "+15",
    "+2:",
    "+02:00:00",
    "+",
    "CET-1:00:00:00",
    "CET-1:5",
    "CE-1",
    "<>1",
    "CET-1CEST-x,M3.5.0,M10.5.0",
    "CET-1CEST,M3.5.0,M10.5.0,M1.1.1",
    "CET-1CEST,M3.5,M10.5.0",
    "+123",
    "+12:3",
  ])("is not %j", (text) => {
    const wrong = `time zone "${text}": wanted is CET-1CEST,M3.5.0,M10.5.0/3, or +02:00`;
    expect(parseZone(text).wrong).toBe(wrong);
  });

  it("takes any text without falling over", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."CETab<>+-:,./M0123459") }), (text) => {
        const zone = parseZone(text);
        const { offset, until } = zoneAt(zone, from);
        expect(Math.abs(offset)).toBeLessThanOrEqual(zone.wrong === "" ? 602_000 : 0);
        expect(until === -1 || until > from).toBe(true);
      }),
    );
  });
});

it("knows the calendar as Date does", () => {
  fc.assert(
    fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
      const date = new Date(day * 86_400_000);
      expect(dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(day);
      expect(yearOf(day)).toBe(date.getUTCFullYear());
      expect(weekdayOf(day)).toBe((date.getUTCDay() + 6) % 7);
    }),
    { numRuns: 200 },
  );
});
