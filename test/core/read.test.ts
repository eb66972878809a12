import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textField, u16, u32, u32Text } from "../../src/core/read.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { latin1Bytes } from "../support/latin1-bytes.js";

describe.each([
  ["typed arrays", nodeBytes],
  ["binary strings", latin1Bytes],
])("reading from %s", (_name, bytes) => {
  it("reads little-endian numbers without a sign", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(4), (data, offset) => {
        const buffer = Buffer.from(data);
        const chunk = bytes.fromText(buffer.toString("latin1"));
        expect(u16(bytes, chunk, offset)).toBe(buffer.readUInt16LE(offset));
        expect(u32(bytes, chunk, offset)).toBe(buffer.readUInt32LE(offset));
      }),
    );
  });

  it("writes what it reads", () => {
    const value = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(fc.property(value, (n) => u32(bytes, bytes.fromText(u32Text(n)), 0) === n));
  });

  it("cuts a text field at its first NUL or at its end", () => {
    const chunk = bytes.fromText("xxgarden\0\0rest2.0.0");
    expect(textField(bytes, chunk, 2, 8)).toBe("garden");
    expect(textField(bytes, chunk, 2, 4)).toBe("gard");
    expect(textField(bytes, chunk, 8, 2)).toBe("");
  });
});
