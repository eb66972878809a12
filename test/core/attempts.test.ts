import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AttemptLimiter, noAttempts } from "../../src/core/attempts.js";

const tenMinutes = 600_000;
const hour = 3_600_000;

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
    const now = tenMinutes;
    failTimes(limiter, failures, now);
    expect(limiter.waitMs(now, "10.0.0.9")).toBe(wait);
    expect(limiter.waitMs(now + wait, "10.0.0.9")).toBe(0);
    if (wait > 0) expect(limiter.waitMs(now + wait - 1, "10.0.0.9")).toBe(1);
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
  /** So many wrong answers from ten addresses, a second apart, from the second window on. @returns when it was over */
  function flood(limiter: AttemptLimiter, times = 30, from = tenMinutes): number {
    for (let i = 0; i < times; i++) limiter.failed(from + i * 1000, `10.0.1.${i % 10}`);
    return from + (times - 1) * 1000;
  }

  it("are stopped for the rest of the window after thirty", () => {
    const limiter = new AttemptLimiter(noAttempts());
    const now = flood(limiter);
    for (let i = 0; i < 10; i++) expect(limiter.waitMs(now, `10.0.1.${i}`)).toBe(2 * tenMinutes - now);
    expect(limiter.waitMs(2 * tenMinutes, "10.0.1.1")).toBe(0);
  });

  it("are not yet stopped after twenty-nine", () => {
    const limiter = new AttemptLimiter(noAttempts());
    expect(limiter.waitMs(flood(limiter, 29), "10.0.1.9")).toBe(0);
  });

  it("do not hold up who has not guessed wrong, or knew the password since", () => {
    const limiter = new AttemptLimiter(noAttempts());
    const now = flood(limiter);
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(0);
    limiter.failed(now, "10.0.0.2");
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(2 * tenMinutes - now);
    limiter.succeeded("10.0.0.2");
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(0);
  });

  it("hold up everybody once sixteen addresses have guessed within the hour", () => {
    const limiter = new AttemptLimiter(noAttempts());
    const now = flood(limiter);
    for (let i = 10; i < 15; i++) limiter.failed(now, `10.0.1.${i}`);
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(0);
    limiter.failed(now, "10.0.1.15");
    expect(limiter.waitMs(now, "10.0.0.2")).toBeGreaterThan(0);
    expect(limiter.waitMs(2 * tenMinutes, "10.0.0.2")).toBe(0);
  });

  it("are remembered of the last sixteen addresses", () => {
    const limiter = new AttemptLimiter(noAttempts());
    for (let i = 0; i < 16; i++) failTimes(limiter, 3, tenMinutes + i, `10.0.1.${i}`);
    failTimes(limiter, 3, tenMinutes + 16, "10.0.1.16");
    const now = 2 * tenMinutes - 1;
    expect(limiter.failures("10.0.1.0")).toBe(0);
    for (let i = 1; i < 17; i++) expect(limiter.failures(`10.0.1.${i}`), `${i}`).toBe(3);
    expect(limiter.waitMs(now, "10.0.1.0")).toBe(1);
  });

  it("are counted anew in the next window", () => {
    const limiter = new AttemptLimiter(noAttempts());
    flood(limiter);
    limiter.failed(2 * tenMinutes, "10.0.2.1");
    expect(limiter.waitMs(2 * tenMinutes, "10.0.1.1")).toBe(0);
  });

  it("have room for ten in the first ten minutes after a start, so a restart gains nothing", () => {
    const limiter = new AttemptLimiter(noAttempts());
    const now = flood(limiter, 9, 0);
    expect(limiter.waitMs(now, "10.0.1.1")).toBe(0);
    limiter.failed(now, "10.0.1.9");
    expect(limiter.waitMs(now, "10.0.1.1")).toBe(tenMinutes - now);
    expect(limiter.waitMs(now, "10.0.0.2")).toBe(0);
  });
});

/** Guesses whenever it may, from each of so many addresses, for two hours after a start. @returns when, ms */
function greedy(addresses: number): number[] {
  const limiter = new AttemptLimiter(noAttempts());
  const tries: number[] = [];
  for (let now = 0; now < 2 * hour; now += 1000)
    for (let i = 0; i < addresses; i++) {
      if (limiter.waitMs(now, `10.0.0.${i}`) > 0) continue;
      tries.push(now);
      limiter.failed(now, `10.0.0.${i}`);
    }
  return tries;
}

it.each([
  [1, 70],
  [3, 196],
  [16, 196],
  [300, 196],
])("from %i addresses there are no more than %i guesses an hour", (addresses, most) => {
  const tries = greedy(addresses);
  const within = (from: number) => tries.filter((at) => at >= from && at < from + hour).length;
  for (const from of [0, hour]) expect(within(from)).toBeLessThanOrEqual(most);
  expect(within(hour)).toBeGreaterThanOrEqual(addresses === 1 ? 59 : 150);
});

it("has everybody wait ten minutes at most, whatever the order", () => {
  const step = fc.record({ address: fc.nat(30), pause: fc.nat(20_000), isRight: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limiter = new AttemptLimiter(noAttempts());
      let now = 1;
      for (const { address, pause, isRight } of steps) {
        now += pause;
        const wait = limiter.waitMs(now, `10.0.0.${address}`);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(tenMinutes);
        if (wait > 0) continue;
        if (isRight) limiter.succeeded(`10.0.0.${address}`);
        else limiter.failed(now, `10.0.0.${address}`);
      }
    }),
  );
});
