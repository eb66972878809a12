import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHex, sameText } from "../../src/core/same-text.js";

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
