import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FaultNumber, notNowCode } from "../../../src/core/errors.js";
import { faultCode } from "../../../src/core/fault-words.js";
import { clockIsSetFrom, judgePolicy, waitText } from "../../../src/core/policy/policy.js";

const zone = "CET-1CEST,M3.5.0,M10.5.0/3";
const monday = Date.parse("2026-07-06T04:40:00Z") / 1000;
const winter = Date.parse("2026-01-05T05:40:00Z") / 1000;
const hours = "Mo-Fr 10:00-12:00";

describe("not now", () => {
  it.each([
    [
      { window: hours, zone, button: false },
      monday,
      "OUTSIDE_WINDOW",
      "opens in 3 h 20 min; updates are allowed Mo-Fr 10:00-12:00 CEST",
    ],
    [
      { window: hours, zone, button: false },
      winter,
      "OUTSIDE_WINDOW",
      "opens in 3 h 20 min; updates are allowed Mo-Fr 10:00-12:00 CET",
    ],
    [
      { window: hours, zone: "", button: true },
      monday,
      "OUTSIDE_WINDOW",
      "opens in 5 h 20 min; updates are allowed Mo-Fr 10:00-12:00 UTC, or after a press of the button",
    ],
    [
      { window: hours, zone: "+02:00", button: false },
      1_000_000,
      "CLOCK_NOT_SET",
      "clock not set; updates are allowed Mo-Fr 10:00-12:00 UTC+02:00",
    ],
    [
      { window: hours, zone, button: true },
      clockIsSetFrom - 1,
      "CLOCK_NOT_SET",
      "clock not set, press the update button; updates are allowed Mo-Fr 10:00-12:00 CET, or after a press of the button",
    ],
    [
      { window: "", zone, button: true },
      monday,
      "NOT_ARMED",
      "press the update button; updates are allowed after a press of the button",
    ],
    [
      { window: "never", zone, button: true },
      0,
      "NOT_ARMED",
      "press the update button; updates are allowed after a press of the button",
    ],
    [
      { window: "never", zone, button: false },
      monday,
      "NOT_ARMED",
      "not armed; updates are allowed when the application arms the board",
    ],
  ])("%j at %i", (rules, wall, code, text) => {
    const { wrong, refused } = judgePolicy(rules, wall, false);
    expect(wrong).toBe("");
    expect(refused).toMatchObject({ code, text });
    expect(notNowCode(refused?.number ?? 0)).toBe(code);
    expect(refused?.code).toBe(faultCode(refused?.number ?? 0));
    expect(judgePolicy(rules, wall, true)).toEqual({ wrong: "", refused: undefined });
  });

  it("says after how many seconds to ask again: when it opens, else in ten", () => {
    const seconds = (rules: { window: string; button: boolean }, wall: number) =>
      judgePolicy({ zone, ...rules }, wall, false).refused?.seconds;
    expect(seconds({ window: hours, button: false }, monday)).toBe(12_000);
    expect(seconds({ window: hours, button: false }, monday + 0.5)).toBe(12_000);
    expect(seconds({ window: hours, button: false }, clockIsSetFrom - 1)).toBe(10);
    expect(seconds({ window: "never", button: true }, monday)).toBe(10);
    expect(seconds({ window: "daily", button: true }, monday)).toBe(10);
  });

  it("takes a clock for set from 2026 on", () => {
    const code = (wall: number) =>
      judgePolicy({ window: "0:00-24:00", zone: "", button: false }, wall, false).refused?.code;
    expect(code(Date.parse("2025-12-31T23:59:59Z") / 1000)).toBe("CLOCK_NOT_SET");
    expect(code(Date.parse("2026-01-01T00:00:00Z") / 1000)).toBeUndefined();
  });

  it("says first what stock espota.py shows of it, 32 characters with ERR:", () => {
    const shown = (rules: { window: string; button: boolean }, wall: number) =>
      `ERR: ${judgePolicy({ zone, ...rules }, wall, false).refused?.text}`.slice(0, 32);
    expect(shown({ window: hours, button: false }, monday)).toContain("opens in 3 h 20 min;");
    expect(shown({ window: hours, button: false }, monday + 4 * 86400 + 7 * 3600)).toContain(
      "opens in 2 d 20 h 20 min",
    );
    expect(shown({ window: "", button: true }, monday)).toContain("press the update button;");
    expect(shown({ window: hours, button: true }, 0)).toContain("clock not set, press the up");
  });

  it("is not said inside the window", () => {
    expect(
      judgePolicy({ window: hours, zone, button: true }, monday + 12_000, false).refused,
    ).toBeUndefined();
    expect(judgePolicy({ window: hours, zone, button: true }, monday + 11_999, false).refused).toBeDefined();
  });

  it("follows a clock that jumps, there and back", () => {
    const rules = { window: hours, zone, button: false };
    const codes = [monday, monday + 12_000, 60, monday + 12_000, monday].map(
      (wall) => judgePolicy(rules, wall, false).refused?.code ?? "now",
    );
    expect(codes).toEqual(["OUTSIDE_WINDOW", "now", "CLOCK_NOT_SET", "now", "OUTSIDE_WINDOW"]);
  });
});

it("rules that are wrong allow nothing but what is armed", () => {
  for (const rules of [
    { window: "daily", zone, button: false },
    { window: hours, zone: "Europe/Berlin", button: false },
  ]) {
    const { wrong, refused } = judgePolicy(rules, monday + 12_000, false);
    expect(wrong).not.toBe("");
    expect(refused).toMatchObject({ code: "NOT_ARMED", text: wrong });
    expect(judgePolicy(rules, monday, true)).toEqual({ wrong, refused: undefined });
  }
});

it("no other fault means not now", () => {
  for (let number = 0; number <= FaultNumber.NotPowerSafe; number++) expect(notNowCode(number)).toBe("");
});

describe("how long to wait", () => {
  it.each([
    [0.2, "1 s"],
    [45, "45 s"],
    [119, "119 s"],
    [120, "2 min"],
    [121, "3 min"],
    [3600, "1 h"],
    [3601, "1 h 1 min"],
    [12_000, "3 h 20 min"],
    [86_399, "1 d"],
    [90_000, "1 d 1 h"],
    [97_200.5, "1 d 3 h 1 min"],
    [86_460, "1 d 1 min"],
  ])("%f s: %s", (seconds, text) => expect(waitText(seconds)).toBe(text));

  it("is never said too short, nor a minute too long", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 8 * 86_400, noNaN: true }), (seconds) => {
        const units: Record<string, number> = { d: 86_400, h: 3600, min: 60, s: 1 };
        const said = [...waitText(seconds).matchAll(/(\d+) (d|h|min|s)\b/g)].reduce(
          (sum, [, count, unit]) => sum + Number(count) * units[unit],
          0,
        );
        expect(said).toBeGreaterThanOrEqual(seconds);
        expect(said).toBeLessThan(seconds + 60);
      }),
    );
  });
});
