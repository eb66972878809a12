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
    ["+00:00", 0, "UTC+00:00"],
    ["+14", 50_400, "UTC+14"],
    ["+14:59", 53_940, "UTC+14:59"],
    ["-1459", -53_940, "UTC-1459"],
    ["ABC1:02:03", -3723, "ABC"],
    ["<abc>-0:00:59", 59, "abc"],
    ["azAZ26", -93_600, "azAZ"],
    ["ABC-26", 93_600, "ABC"],
    ["ABC+25:59:59", -93_599, "ABC"],
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
    "+14:60",
    "+1460",
    "-15:00",
    "+1:00",
    "+12345",
    "+-1",
    "ABC26:00:01",
    "ABC-26:00:01",
    "ABC1:60",
    "ABC1:00:60",
    "ABC1:000",
    "ABC",
    "AB1",
    "<ab>1",
    "AB@C1",
    "AB[C1",
    "AB`C1",
    "AB{C1",
    "ABC1DE,M3.5.0,M10.5.0",
    "ABC1DEF2:60,M3.5.0,M10.5.0",
    "ABC1DEF,M0.5.0,M10.5.0",
    "ABC1DEF,M3.0.0,M10.5.0",
    "ABC1DEF,M3.5.0,N10.5.0",
    "ABC1DEF,M3.5.0/1/1,M10.5.0",
    "ABC1DEF,M3.5.0/168,M10.5.0",
    "ABC1DEF,M3.5.0,M10.5.0.1",
  ])("is not %j", (text) => {
    const wrong = `time zone "${text}": wanted is CET-1CEST,M3.5.0,M10.5.0/3, or +02:00`;
    expect(parseZone(text)).toMatchObject({ wrong, name: "UTC", offset: 0 });
  });

  const rule = fc.record({
    month: fc.integer({ min: 1, max: 12 }),
    week: fc.integer({ min: 1, max: 5 }),
    day: fc.integer({ min: 0, max: 6 }),
    time: fc.constantFrom(-167 * 3600, -1, 0, 7199, 2 * 3600, 26 * 3600, 167 * 3600),
  });
  type Rule = typeof rule extends fc.Arbitrary<infer R> ? R : never;

  /** The day of the month, looked for day by day, and the seconds after it. */
  function slowMoment({ month, week, day, time }: Rule, year: number): number {
    const days: number[] = [];
    for (let date = 1; date <= 31; date++) {
      const at = new Date(Date.UTC(year, month - 1, date));
      if (at.getUTCMonth() === month - 1 && at.getUTCDay() === day) days.push(at.getTime() / 1000);
    }
    return (days[week - 1] ?? days[days.length - 1]) + time;
  }

  function written({ month, week, day, time }: Rule): string {
    const clock = [3600, 60, 1].map(
      (unit) => Math.floor(Math.abs(time) / unit) % (unit === 3600 ? 1000 : 60),
    );
    const two = (value: number) => `${value}`.padStart(2, "0");
    return `M${month}.${week}.${day}/${time < 0 ? "-" : ""}${clock[0]}:${two(clock[1])}:${two(clock[2])}`;
  }

  it("follows any POSIX rule", () => {
    fc.assert(
      fc.property(rule, rule, fc.integer({ min: 2026, max: 2060 }), (begins, ends, year) => {
        // Changes that are further apart than their times reach, and none of which reaches into another year.
        const gap = Math.abs(begins.month - ends.month);
        fc.pre(gap > 1 && gap < 11);
        for (const one of [begins, ends])
          fc.pre(new Date((slowMoment(one, year) - 7200) * 1000).getUTCFullYear() === year);
        const zone = parseZone(`ABC-1DEF,${written(begins)},${written(ends)}`);
        expect(zone).toMatchObject({ wrong: "", offset: 3600, summerOffset: 7200, begins, ends });
        for (const [change, before, after] of [
          [slowMoment(begins, year) - 3600, 3600, 7200],
          [slowMoment(ends, year) - 7200, 7200, 3600],
        ]) {
          expect(zoneAt(zone, change - 1)).toMatchObject({ offset: before, until: change });
          expect(zoneAt(zone, change)).toMatchObject({
            offset: after,
            name: after === 7200 ? "DEF" : "ABC",
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes a summer offset of its own, and an hour where there is none", () => {
    const rules = ",M3.5.0,M10.5.0";
    expect(parseZone(`ABC1DEF${rules}`)).toMatchObject({ offset: -3600, summerOffset: 0, summerName: "DEF" });
    expect(parseZone(`ABC1<+05>-5${rules}`)).toMatchObject({ summerOffset: 18_000, summerName: "+05" });
    expect(parseZone(`ABC1DEF${rules}`).begins?.time).toBe(7200);
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

it("knows the last day of an era", () => {
  for (const year of [1600, 2000, 2400]) expect(yearOf(Date.UTC(year, 1, 29) / 86_400_000)).toBe(year);
});

it("knows the first and last days of all years of two eras of 400 as Date does", () => {
  for (let year = 1600; year < 2410; year++)
    for (const [month, dayOfMonth] of [
      [1, 1],
      [2, 28],
      [3, 1],
      [12, 31],
    ]) {
      const day = Date.UTC(year, month - 1, dayOfMonth) / 86_400_000;
      expect([dayOf(year, month, dayOfMonth), yearOf(day)]).toEqual([day, year]);
    }
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
