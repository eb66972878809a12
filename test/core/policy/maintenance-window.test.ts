import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInside, parseWindow, secondsToStart } from "../../../src/core/policy/maintenance-window.js";
import { openMinutes } from "./slow-week.js";

const dayNames = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const span = (days: number, start: number, end: number) => ({ days, start, end });

describe("hours of a week", () => {
  it.each([
    ["10:00-12:00", [span(127, 600, 720)]],
    ["Mo-Fr 10:00-12:00", [span(31, 600, 720)]],
    ["Sa-Mo 9:30-10:00", [span(97, 570, 600)]],
    ["Mo,We,Fr 8:00-9:00", [span(21, 480, 540)]],
    ["Mo-We,Su 8:00-9:00", [span(71, 480, 540)]],
    ["Mo, We 8:00-9:00, 20:00-22:00", [span(5, 480, 540), span(5, 1200, 1320)]],
    ["Mo 8:00-9:00;Tu 9:00-10:00", [span(1, 480, 540), span(2, 540, 600)]],
    ["Su 22:00-04:00", [span(64, 1320, 1680)]],
    ["Su 22:00-24:00", [span(64, 1320, 1440)]],
    ["Su 22:00-0:00", [span(64, 1320, 1440)]],
    [" Mo-Su  0:00 - 24:00 ", [span(127, 0, 1440)]],
    ["never", []],
  ])("%s", (text, spans) => {
    expect(parseWindow(text)).toEqual({ spans, wrong: "" });
  });

  const wanted = "wanted is Mo-Fr 10:00-12:00, or never";
  const days = "days are Mo, Tu, We, Th, Fr, Sa, Su";
  it.each([
    ["", "", wanted],
    ["office hours", "office hours", wanted],
    ["Mo-Fr", "Mo-Fr", "its last days have no time"],
    ["10:00-12:00, Mo,", "", "a day is missing in front of it"],
    ["Mon 10:00-12:00", "Mon 10:00-12:00", wanted],
    ["mo 10:00-12:00", "mo 10:00-12:00", wanted],
    ["oT 10:00-12:00", "oT 10:00-12:00", wanted],
    ["M", "M", wanted],
    ["Mo-Xx 10:00-12:00", "Mo-Xx 10:00-12:00", days],
    ["Mo-F", "Mo-F", days],
    ["Mo, 10:00-12:00", " 10:00-12:00", "a day is missing in front of it"],
    ["10-12", "10-12", wanted],
    ["10:0-12:00", "10:0-12:00", wanted],
    ["10:60-12:00", "10:60-12:00", wanted],
    ["24:00-1:00", "24:00-1:00", wanted],
    ["10:00-24:01", "10:00-24:01", wanted],
    ["10:00", "10:00", wanted],
    ["8:00-9:00, 10:00-12:00-13:00", " 10:00-12:00-13:00", wanted],
    ["10:00-12:00 daily", "10:00-12:00 daily", wanted],
    ["10:00-12:00,", "", wanted],
    ["-1:00-12:00", "-1:00-12:00", wanted],
    ["10:00-10:00", "10:00-10:00", "begins when it ends; all day is 0:00-24:00"],
    [`10:00-12:00${",10:00-12:00".repeat(20)}`, "10:00-12:00,10:00-12", "longer than 200 characters"],
  ])("is not %j", (text, where, why) => {
    expect(parseWindow(text)).toEqual({ spans: [], wrong: `window "${where}": ${why}` });
  });

  it("takes any text without falling over", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."MoTuSa0123459:-,; never") }), (text) => {
        const { spans, wrong } = parseWindow(text);
        expect(wrong === "" || spans.length === 0).toBe(true);
      }),
    );
  });
});

const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
const anySpan = fc
  .record({
    days: fc.integer({ min: 1, max: 127 }),
    start: fc.nat(1439),
    length: fc.integer({ min: 1, max: 1439 }),
  })
  .map(({ days, start, length }) => span(days, start, start + length));

describe("against a week that is written out minute by minute", () => {
  it("says the same of every minute, and when the next span begins", () => {
    fc.assert(
      fc.property(
        fc.array(anySpan, { minLength: 1, maxLength: 4 }),
        fc.nat(7 * 1440 - 1),
        (spans, minute) => {
          const text = spans
            .map(({ days, start, end }) => {
              const names = dayNames.filter((_, day) => (days & (1 << day)) !== 0).join(",");
              return `${names} ${clock(start)}-${clock(end % 1440)}`;
            })
            .join("; ");
          const window = parseWindow(text);
          expect(window.wrong).toBe("");
          const open = openMinutes(spans);
          const weekday = Math.floor(minute / 1440);
          const second = (minute % 1440) * 60;
          expect(isInside(window, weekday, second)).toBe(open[minute]);
          expect(isInside(window, weekday, second + 59.9)).toBe(open[minute]);
          if (open[minute]) return;
          let wait = 0;
          while (!open[(minute + wait) % open.length]) wait++;
          expect(secondsToStart(window, weekday, second)).toBe(wait * 60);
        },
      ),
      { numRuns: 100 },
    );
  });
});
