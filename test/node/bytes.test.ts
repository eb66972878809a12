import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeBytes } from "../../src/node/bytes.js";
import { latin1Bytes } from "../support/latin1-bytes.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("bytes and binary strings", () => {
  it("answer alike", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.nat(79),
        (a, b, i) => {
          const at = i % a.length;
          expect(nodeBytes.at(a, at)).toBe(a[at]);
          expect(latin1Bytes.at(text(a), at)).toBe(a[at]);
          expect(nodeBytes.join(a, b)).toEqual(new Uint8Array([...a, ...b]));
          expect(latin1Bytes.join(text(a), text(b))).toBe(text(a) + text(b));
          expect(nodeBytes.equal(a, b)).toBe(latin1Bytes.equal(text(a), text(b)));
          expect(nodeBytes.equal(a, new Uint8Array(a))).toBe(true);
          expect(nodeBytes.toText(a)).toBe(text(a));
          expect(nodeBytes.fromText(text(a))).toEqual(a);
          expect(nodeBytes.isBlank(a)).toBe(latin1Bytes.isBlank(text(a)));
        },
      ),
    );
  });

  it("know a blank piece", () => {
    const blank = new Uint8Array(70).fill(0xff);
    expect(nodeBytes.isBlank(blank)).toBe(true);
    expect(latin1Bytes.isBlank(text(blank))).toBe(true);
    blank[69] = 0xfe;
    expect(nodeBytes.isBlank(blank)).toBe(false);
    expect(latin1Bytes.isBlank(text(blank))).toBe(false);
  });

  it("load sixteen little-endian words from any offset, also of a view into a larger buffer", () => {
    const large = Uint8Array.from({ length: 80 }, (_, i) => i + 0x80);
    const fromBytes: number[] = [];
    const fromText: number[] = [];
    nodeBytes.loadBlock(large.subarray(3), 2, fromBytes);
    latin1Bytes.loadBlock(text(large.subarray(3)), 2, fromText);
    expect(fromText).toEqual(fromBytes);
    expect(fromBytes).toHaveLength(16);
    expect(fromBytes[0] >>> 0).toBe(0x88878685);
  });

  it("are not mixed by mistake", () => {
    expect(() => nodeBytes.at("text", 0)).toThrow(TypeError);
    expect(() => latin1Bytes.at(new Uint8Array(1), 0)).toThrow(TypeError);
  });
});
