import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arming, Button, lightPeriodMs, longestArmMs } from "../../../src/core/policy/arming.js";

describe("armed", () => {
  it("for as long as was said, and no longer", () => {
    const arming = new Arming();
    expect(arming.leftMs(0)).toBe(0);
    expect(arming.arm(1000, 500)).toBe(true);
    expect([1000, 1499, 1500, 9999].map((now) => arming.leftMs(now))).toEqual([500, 1, 0, 0]);
  });

  it("for a day at most", () => {
    const arming = new Arming();
    expect([86_400_001, 86_400_000].map((ms) => arming.arm(0, ms))).toEqual([false, true]);
    expect(arming.leftMs(0)).toBe(86_400_000);
  });

  it("anew with every press, and not at all with 0", () => {
    const arming = new Arming();
    arming.arm(0, 1000);
    arming.arm(900, 1000);
    expect(arming.leftMs(1500)).toBe(400);
    expect(arming.arm(1500, 0)).toBe(true);
    expect(arming.leftMs(1500)).toBe(0);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, longestArmMs + 1])(
    "not for %d ms; what was, stays",
    (ms) => {
      const arming = new Arming();
      arming.arm(0, 1000);
      expect(arming.arm(0, ms)).toBe(false);
      expect(arming.leftMs(400)).toBe(600);
    },
  );

  it("shows by the light how much time is left", () => {
    const arming = new Arming();
    expect(arming.lightMs(0)).toBe(0);
    arming.arm(0, 2000);
    expect([0, 1899, 1900, 1901].map((now) => arming.lightMs(now))).toEqual([2000, 101, 100, 100]);
    arming.arm(0, 600_000);
    expect([0, 150_000, 300_000, 599_999, 600_000].map((now) => arming.lightMs(now))).toEqual([
      lightPeriodMs,
      1500,
      1000,
      100,
      0,
    ]);
  });
});

describe("a button", () => {
  it("counts once it was held, once", () => {
    const button = new Button(3000);
    expect(button.poll(0)).toBe(false);
    expect(button.changed(1000, true)).toBe(3000);
    expect([3999, 4000, 4001, 9000].map((now) => button.poll(now))).toEqual([false, true, false, false]);
    expect(button.changed(9500, false)).toBe(-1);
    expect(button.poll(20_000)).toBe(false);
  });

  it("does not count when it was let go too soon", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2999), { maxLength: 20 }), (holds) => {
        const button = new Button(3000);
        let now = 0;
        for (const held of holds) {
          button.changed(now, true);
          now += held;
          expect(button.poll(now)).toBe(false);
          button.changed(now, false);
          now += 5000;
          expect(button.poll(now)).toBe(false);
        }
      }),
    );
  });

  it("that only has to be pressed counts at once", () => {
    const button = new Button(0);
    expect(button.changed(10, true)).toBe(0);
    expect([button.poll(10), button.poll(10)]).toEqual([true, false]);
  });
});
