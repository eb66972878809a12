import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AttemptLimiter, noAttempts } from "../../src/core/attempts.js";

const tenMinutes = 600_000;

function failTimes(limiter: AttemptLimiter, times: number, now: number, address = "10.0.0.9"): void {
  for (let i = 0; i < times; i++) limiter.failed(now, address);
}

describe("guesses from one address", () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 2_000],
    [4, 4_000],
    [5, 8_000],
    [6, 16_000],
    [7, 32_000],
    [8, 60_000],
    [9, 60_000],
    [20, 60_000],
  ])("after %i wrong answers wait %i ms", (failures, wait) => {
    const limiter = new AttemptLimiter(noAttempts());
    failTimes(limiter, failures, 1_000);
    expect(limiter.waitMs(1_000, "10.0.0.9")).toBe(wait);
    expect(limiter.waitMs(1_000 + wait, "10.0.0.9")).toBe(0);
    if (wait > 0) expect(limiter.waitMs(1_000 + wait - 1, "10.0.0.9")).toBe(1);
  });

  it("do not hold up others", () => {
    const limiter = new AttemptLimiter(noAttempts());
    failTimes(limiter, 5, 0);
    expect(limiter.waitMs(0, "10.0.0.10")).toBe(0);
  });

  it("are forgiven by the right answer, and forgotten after ten minutes", () => {
    const limiter = new AttemptLimiter(noAttempts());
    failTimes(limiter, 5, 0);
    limiter.succeeded("10.0.0.9");
    expect(limiter.waitMs(0, "10.0.0.9")).toBe(0);
    failTimes(limiter, 8, 0);
    expect(limiter.waitMs(tenMinutes, "10.0.0.9")).toBe(0);
    limiter.failed(tenMinutes, "10.0.0.9");
    expect(limiter.waitMs(tenMinutes, "10.0.0.9")).toBe(0);
  });
});

describe("guesses from many addresses", () => {
  /** Thirty wrong answers, one from each address, a second apart. */
  function flood(limiter: AttemptLimiter): number {
    for (let i = 0; i < 30; i++) limiter.failed(i * 1000, `10.0.1.${i}`);
    return 29_000;
  }

  it("are stopped for the rest of the window after thirty", () => {
    const limiter = new AttemptLimiter(noAttempts());
    const now = flood(limiter);
    expect(limiter.waitMs(now, "10.0.2.1")).toBe(tenMinutes - now);
    expect(limiter.waitMs(tenMinutes, "10.0.2.1")).toBe(0);
  });

  it("are not yet stopped after twenty-nine", () => {
    const limiter = new AttemptLimiter(noAttempts());
    for (let i = 0; i < 29; i++) limiter.failed(0, `10.0.1.${i}`);
    expect(limiter.waitMs(0, "10.0.2.1")).toBe(0);
  });

  it("do not hold up the address that knew the password", () => {
    const limiter = new AttemptLimiter(noAttempts());
    limiter.succeeded("10.0.0.2");
    const now = flood(limiter);
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(0);
    expect(limiter.waitMs(now, "10.0.0.3")).toBeGreaterThan(0);
    failTimes(limiter, 3, now, "10.0.0.2");
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(2_000);
  });

  it("are remembered of the last eight addresses", () => {
    const limiter = new AttemptLimiter(noAttempts());
    for (let i = 0; i < 8; i++) failTimes(limiter, 3, 1000 + i, `10.0.1.${(i + 4) % 8}`);
    limiter.failed(1008, "10.0.1.4");
    const waits = () => Array.from({ length: 9 }, (_, i) => limiter.waitMs(1010, `10.0.1.${i}`) > 0);
    expect(waits()).toEqual([true, true, true, true, true, true, true, true, false]);
    failTimes(limiter, 3, 1009, "10.0.1.8");
    expect(waits()).toEqual([true, true, true, true, true, false, true, true, true]);
  });

  it("are counted anew in the next window", () => {
    const limiter = new AttemptLimiter(noAttempts());
    flood(limiter);
    limiter.failed(tenMinutes, "10.0.2.1");
    expect(limiter.waitMs(tenMinutes, "10.0.2.2")).toBe(0);
  });
});

it("lets those who respect the waits fail thirty times in the first window at most, whatever the order", () => {
  const step = fc.record({ address: fc.nat(11), pause: fc.nat(20_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limiter = new AttemptLimiter(noAttempts());
      let now = 1;
      const tries: number[] = [];
      for (const { address, pause } of steps) {
        now += pause;
        const wait = limiter.waitMs(now, `10.0.0.${address}`);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(tenMinutes);
        if (wait > 0) continue;
        tries.push(Math.floor(now / tenMinutes));
        limiter.failed(now, `10.0.0.${address}`);
      }
      expect(tries.filter((window) => window === 0).length).toBeLessThanOrEqual(30);
    }),
  );
});
