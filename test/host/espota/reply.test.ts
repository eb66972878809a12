import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AckCounter, ReplyReader } from "../../../src/host/espota/reply.js";

function resultOf(pieces: readonly string[]): unknown {
  const reader = new ReplyReader();
  for (const piece of pieces) reader.feed(piece);
  return reader.end();
}

describe("what the board says on the connection", () => {
  test.each([
    ["OK", { ok: true }],
    ["14601460392OK", { ok: true }],
    ["OK and more", { ok: true }],
    ["1460ERROR[7]: MD5 …\n", { ok: false, text: "ERROR[7]: MD5 …" }],
    ["392MD5 Check Failed\r\n", { ok: false, text: "MD5 Check Failed" }],
    ["Out of memory\n", { ok: false, text: "Out of memory" }],
    [" OK\n", { ok: false, text: "OK" }],
    ["ERROR OK\n", { ok: false, text: "ERROR OK" }],
    ["\n", { ok: false, text: "" }],
    ["ERROR[12]: Signature verif", { ok: false, text: "ERROR[12]: Signature verif" }],
    ["O", { ok: false, text: "O" }],
    ["1460", undefined],
    ["", undefined],
  ])("%j", (stream, result) => {
    expect(resultOf([stream])).toEqual(result);
  });

  test("how TCP cuts it makes no difference", () => {
    const stream = fc.oneof(
      fc.tuple(fc.stringMatching(/^[0-9]{0,20}$/), fc.constantFrom("OK", "OK\n", "O", "KO", "OKOK")),
      fc.tuple(fc.stringMatching(/^[0-9]{0,20}$/), fc.stringMatching(/^[EOK0-9 [\]\r\n]{0,30}$/)),
    );
    const cuts = fc.array(fc.nat(60));
    fc.assert(
      fc.property(stream, cuts, ([digits, rest], at) => {
        const whole = digits + rest;
        const places = [0, ...at.map((place) => Math.min(place, whole.length)).sort((a, b) => a - b)];
        const pieces = places.map((place, i) => whole.slice(place, places[i + 1]));
        expect(pieces.join("")).toBe(whole);
        expect(resultOf(pieces)).toEqual(resultOf([whole]));
      }),
    );
  });

  test("only digits and then OK is success", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 40 }), (text) => {
        const reader = new ReplyReader();
        reader.feed(text);
        const ok = reader.result !== undefined && reader.result.ok;
        expect(ok).toBe(/^[0-9]*OK/.test(text));
      }),
      { examples: [["12OK"], ["OK"], ["xOK"], ["1 OK"]] },
    );
  });
});

describe("what the board has acknowledged", () => {
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
});
