import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BundleFields, decodeBundle, encodeBundle } from "../../../src/espruino/build/encode-bundle.js";

const fields: BundleFields = {
  kind: 1,
  engine: 1,
  family: 2,
  name: "garden",
  version: "2.0.0",
  agentVersion: "",
  safePins: [{ pin: 25, level: 0 }],
};
const code = new Uint8Array(Buffer.from("digitalWrite(D25,1)"));

const anyFields: fc.Arbitrary<BundleFields> = fc.record({
  kind: fc.constantFrom(1, 2),
  engine: fc.constantFrom(1, 2, 3),
  family: fc.nat(255),
  name: fc.stringMatching(/^[!-~]{1,24}$/),
  version: fc
    .tuple(fc.nat(999), fc.nat(999), fc.nat(999), fc.constantFrom("", "-rc.1"))
    .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`),
  agentVersion: fc.constantFrom("", "1.2.3"),
  safePins: fc.uniqueArray(fc.record({ pin: fc.nat(254), level: fc.constantFrom(0, 1) }), {
    maxLength: 16,
    selector: ({ pin }) => pin,
  }),
});

describe("a bundle", () => {
  it("comes back as it went in", () => {
    fc.assert(
      fc.property(anyFields, fc.uint8Array({ maxLength: 300 }), (some, payload) => {
        const decoded = decodeBundle(encodeBundle(some, payload));
        expect(decoded.header).toMatchObject(some);
        expect(decoded.payload).toEqual(payload);
      }),
    );
  });

  it("is laid out as the format says", () => {
    const bytes = Buffer.from(encodeBundle(fields, code));
    expect(bytes.subarray(0, 12).toString("hex")).toBe("534c55410101010200010000");
    expect(bytes.readUInt32LE(12)).toBe(code.length);
    expect(bytes.subarray(24, 56).toString("hex")).toBe(createHash("sha256").update(code).digest("hex"));
    expect(bytes.subarray(56, 80).toString("latin1")).toBe("garden".padEnd(24, "\0"));
    expect(bytes.subarray(128, 132).toString("hex")).toBe("190000ff");
    expect(bytes.subarray(192, 256).equals(Buffer.alloc(64))).toBe(true);
    expect(bytes.subarray(256).equals(code)).toBe(true);
  });

  it("is refused when any byte of its code is changed, or bytes are missing or too many", () => {
    const bytes = encodeBundle(fields, code);
    fc.assert(
      fc.property(
        fc.integer({ min: 256, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const bad = new Uint8Array(bytes);
          bad[at] ^= flip;
          expect(() => decodeBundle(bad)).toThrow("CRC-32 of the code differs");
        },
      ),
    );
    expect(() => decodeBundle(bytes.subarray(0, -1))).toThrow(
      "the header says 19 bytes of code, there are 18",
    );
    expect(() => decodeBundle(Buffer.concat([bytes, bytes]))).toThrow("the header says 19 bytes");
    expect(() => decodeBundle(new Uint8Array(0))).toThrow("cut short");
  });

  it.each<[string, Partial<BundleFields>, string]>([
    ["an empty name", { name: "" }, "the name"],
    ["a long name", { name: "a".repeat(25) }, "the name"],
    ["a name with a blank", { name: "my garden" }, "the name"],
    ["a name that is not ASCII", { name: "gärten" }, "the name"],
    ["half a version", { version: "1.0" }, "the version"],
    ["a version with a v", { version: "v1.0.0" }, "the version"],
    ["a long version", { version: "1.0.0-a.very.long.version" }, "the version"],
    ["a wrong agent version", { agentVersion: "new" }, "the agent version"],
    ["a pin that is none", { safePins: [{ pin: 255, level: 0 }] }, "safe pin 255 is not a pin number"],
    ["half a pin", { safePins: [{ pin: 1.5, level: 0 }] }, "safe pin 1.5"],
    ["a level that is none", { safePins: [{ pin: 1, level: 2 }] }, "safe pin 1 has level 2"],
    [
      "a pin twice",
      {
        safePins: [
          { pin: 1, level: 0 },
          { pin: 1, level: 1 },
        ],
      },
      "safe pin 1 is listed twice",
    ],
    ["17 pins", { safePins: Array.from({ length: 17 }, (_, pin) => ({ pin, level: 0 })) }, "17 safe pins"],
  ])("is not made with %s", (_what, wrong, message) => {
    expect(() => encodeBundle({ ...fields, ...wrong }, code)).toThrow(message);
  });
});
