import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { find, hexText, isHex, sameText } from "../../src/core/text.js";

describe("sameText", () => {
  it("is equality", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameText(a, b) === (a === b)));
    fc.assert(fc.property(fc.string(), (a) => sameText(a, `${a}`)));
  });

  it("sees one differing char at every place, and a missing one", () => {
    const secret = "f2e7ad28be38320db7dfc60c34a5331c";
    for (let i = 0; i < secret.length; i++)
      expect(sameText(secret, `${secret.slice(0, i)}x${secret.slice(i + 1)}`), `char ${i}`).toBe(false);
    expect(sameText(secret, secret.slice(1))).toBe(false);
    expect(sameText(secret, secret.slice(0, -1))).toBe(false);
    expect(sameText("", secret)).toBe(false);
    expect(sameText("", "")).toBe(true);
  });
});

describe("isHex", () => {
  it("takes hex digits of either case and of exactly that length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.nat(8), (text, length) => {
        expect(isHex(text, length)).toBe(new RegExp(`^[0-9a-fA-F]{${length}}$`, "s").test(text));
      }),
    );
    expect(isHex("0123456789abcdefABCDEF", 22)).toBe(true);
    for (const char of "/:@G`g \n") expect(isHex(`a${char}`, 2), char).toBe(false);
  });
});

test("a search is not misled by an engine that takes a needle's first part at the end for the needle", () => {
  const like = (text: string): string =>
    ({
      length: text.length,
      indexOf(needle: string, from = 0): number {
        for (let at = from; at < text.length; at++)
          if (needle.startsWith(text.slice(at, at + needle.length))) return at;
        return -1;
      },
    }) as unknown as string;
  expect(like("ab\r\n").indexOf("\r\n\r\n")).toBe(2);
  expect(find(like("ab\r\n"), "\r\n\r\n", 0)).toBe(-1);
  expect(find(like("ab\r\n\r\n"), "\r\n\r\n", 0)).toBe(2);
  const letters = fc.array(fc.constantFrom("a", "b"), { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(letters, letters, (text, needle) => {
      fc.pre(needle.length > 0);
      expect(find(like(text), needle, 0)).toBe(text.indexOf(needle));
      expect(find(text, needle, 0)).toBe(text.indexOf(needle));
    }),
  );
});

it("writes a number as so many hex digits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 8 }), (value, count) => {
      expect(hexText(value, count)).toBe(value.toString(16).padStart(8, "0").slice(-count));
    }),
  );
});
