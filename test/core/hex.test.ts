import fc from "fast-check";
import { expect, it } from "vitest";
import { hexText } from "../../src/core/hex.js";

it("writes a number as so many hex digits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 8 }), (value, count) => {
      expect(hexText(value, count)).toBe(value.toString(16).padStart(8, "0").slice(-count));
    }),
  );
});
