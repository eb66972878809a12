import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReplyReader } from "../../../src/host/espota/reply.js";

function verdictOf(pieces: readonly string[]): unknown {
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
  ])("%j", (stream, verdict) => {
    expect(verdictOf([stream])).toEqual(verdict);
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
        expect(verdictOf(pieces)).toEqual(verdictOf([whole]));
      }),
    );
  });

  test("only digits and then OK is success", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 40 }), (text) => {
        const verdict = new ReplyReader();
        verdict.feed(text);
        const ok = verdict.verdict !== undefined && verdict.verdict.ok;
        expect(ok).toBe(/^[0-9]*OK/.test(text));
      }),
      { examples: [["12OK"], ["OK"], ["xOK"], ["1 OK"]] },
    );
  });
});
