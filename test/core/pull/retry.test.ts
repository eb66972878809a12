import fc from "fast-check";
import { expect, test } from "vitest";
import { blockAfter, blockReason, firstPollMs, nextPollMs } from "../../../src/core/pull/retry.js";

const minute = 60_000;
const hour = 60 * minute;

test.each([
  ["after a good poll", minute, 0, 0, minute],
  ["after one that found no server", minute, 1, 0, 2 * minute],
  ["after three of them", minute, 3, 0, 8 * minute],
  ["after hundreds", minute, 500, 0, hour],
  ["of a long interval", 12 * hour, 500, 0, 12 * hour],
  ["when the server asks for a little", minute, 0, 30_000, minute],
  ["when the server asks for more", minute, 1, 5 * minute, 5 * minute],
])("the next poll %s", (_when, everyMs, failures, retryAfterMs, wait) => {
  expect(nextPollMs({ everyMs, jitter: 0.1 }, failures, retryAfterMs, 0)).toBe(wait);
  expect(nextPollMs({ everyMs, jitter: 0.1 }, failures, retryAfterMs, 0.5)).toBe(Math.floor(wait * 1.05));
  expect(nextPollMs({ everyMs, jitter: 0 }, failures, retryAfterMs, 0.9)).toBe(wait);
});

test("boards that got power together do not ask together", () => {
  const times = { everyMs: hour, jitter: 0.1 };
  expect(firstPollMs(times, 0)).toBe(0);
  expect(firstPollMs(times, 0.999)).toBeGreaterThan(5 * minute);
  expect(firstPollMs(times, 0.999)).toBeLessThan(6 * minute);
  expect(firstPollMs({ everyMs: 1000, jitter: 0.5 }, 0.5)).toBe(250);
  const anyTimes = fc.record({ everyMs: fc.nat(1e9), jitter: fc.double({ min: 0, max: 1, noNaN: true }) });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(anyTimes, fc.nat(100), fc.nat(86_400_000), chance, (all, failures, retry, luck) => {
      const wait = nextPollMs(all, failures, retry, luck);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(Math.max(all.everyMs, retry));
      expect(wait).toBeLessThanOrEqual(2 * Math.max(all.everyMs, hour, retry));
    }),
  );
});

test("an image that went wrong three times rests for a day, another one does not", () => {
  let known = blockAfter(undefined, 0, "a");
  expect(blockReason(known, 0, "a")).toBe("");
  known = blockAfter(blockAfter(known, 1000, "a"), 2000, "a");
  expect(blockReason(known, 3000, "a")).toBe("this image went wrong 3 times");
  expect(blockReason(known, 3000, "b")).toBe("");
  expect(blockReason(known, 3000, "")).toBe("");
  expect(blockReason(known, 2000 + 24 * hour - 1, "a")).toBe("this image went wrong 3 times");
  expect(blockReason(known, 2000 + 24 * hour, "a")).toBe("");
  expect(known).toEqual({ image: "a", failures: 3, last: 2000 });
  expect(blockReason({ image: "", failures: 3, last: 0 }, 0, "")).toBe("");
  expect(blockReason(blockAfter(known, 4000, "b"), 5000, "b")).toBe("");
});
