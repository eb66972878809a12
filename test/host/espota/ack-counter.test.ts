import fc from "fast-check";
import { expect, test } from "vitest";
import { AckCounter } from "../../../src/host/espota/ack-counter.js";

test("one number a segment is counted exactly, also when chunks are acknowledged in parts", () => {
  const acks = new AckCounter();
  for (const digits of ["536", "536", "388"]) acks.segment(digits, 1460);
  expect(acks.acknowledged).toBe(1460);
});

test("merged numbers are told apart by what is outstanding", () => {
  const merged = new AckCounter();
  merged.segment("536536388", 1460);
  expect(merged.acknowledged).toBe(1460);
  const ahead = new AckCounter();
  ahead.segment("10241024536", 32_768);
  expect(ahead.acknowledged).toBe(2584);
  const once = new AckCounter();
  once.segment("10000", 10_000);
  expect(once.acknowledged).toBe(10_000);
});

test("larger numbers are told apart once one has come alone", () => {
  const acks = new AckCounter();
  acks.segment("4096", 32_768);
  acks.segment("40964096", 32_768);
  expect(acks.acknowledged).toBe(3 * 4096);
});

test("whatever comes, the count never falls and never passes what was sent", () => {
  const segments = fc.array(fc.tuple(fc.stringMatching(/^[0-9]{0,12}$/), fc.nat(3000)));
  fc.assert(
    fc.property(segments, (pieces) => {
      const acks = new AckCounter();
      let sent = 0;
      for (const [digits, more] of pieces) {
        sent += more;
        const before = acks.acknowledged;
        acks.segment(digits, sent);
        expect(acks.acknowledged).toBeGreaterThanOrEqual(before);
        expect(acks.acknowledged).toBeLessThanOrEqual(sent);
      }
    }),
  );
});
