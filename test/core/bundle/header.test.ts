import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appHeaderLength, isAppBundle, parseAppHeader } from "../../../src/core/bundle/header.js";
import { type BundleFields, encodeBundle } from "../../../src/espruino/build/encode-bundle.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { latin1Bytes } from "../../support/latin1-bytes.js";

const fields: BundleFields = {
  kind: 1,
  engine: 1,
  family: 2,
  name: "garden",
  version: "2.0.0",
  agentVersion: "0.1.0",
  safePins: [
    { pin: 25, level: 0 },
    { pin: 4, level: 1 },
  ],
};
const payload = new Uint8Array(Buffer.from("1+1"));
const sound = encodeBundle(fields, payload);
const parse = (bytes: Uint8Array) => parseAppHeader(nodeBytes, nodeCrypto.crc32, bytes);

/** Puts a value into the header and makes its checksum right again. */
function patched(offset: number, value: number): Uint8Array {
  const bytes = Buffer.from(sound);
  bytes[offset] = value;
  bytes.writeUInt32LE(nodeCrypto.crc32(bytes.subarray(0, 188)), 188);
  return new Uint8Array(bytes);
}

describe("the header of a bundle", () => {
  it("is read alike from bytes and from a binary string", () => {
    const header = parse(sound);
    const text = parseAppHeader(latin1Bytes, nodeCrypto.crc32, Buffer.from(sound).toString("latin1"));
    expect(text).toEqual(header);
    expect(header).toMatchObject({ ...fields, payloadLength: 3 });
    expect(header).toHaveProperty("payloadCrc", nodeCrypto.crc32(payload));
    expect(header).toHaveProperty("payloadSha256", nodeCrypto.sha256Hex?.(payload));
  });

  it("is told by its first four bytes", () => {
    expect(isAppBundle(nodeBytes, sound.subarray(0, 4))).toBe(true);
    expect(isAppBundle(nodeBytes, sound.subarray(0, 3))).toBe(false);
    expect(isAppBundle(nodeBytes, new Uint8Array([0xe9, 4, 2, 0x20]))).toBe(false);
  });

  it("is refused when one of its first 192 bytes is changed in any way", () => {
    fc.assert(
      fc.property(fc.nat(191), fc.integer({ min: 1, max: 255 }), (offset, flip) => {
        const bytes = new Uint8Array(sound);
        bytes[offset] ^= flip;
        expect(parse(bytes)).toBeTypeOf("string");
      }),
    );
  });

  it("is refused when it is cut short, whatever the length", () => {
    fc.assert(
      fc.property(fc.nat(appHeaderLength - 1), (length) => {
        expect(parse(sound.subarray(0, length))).toBe("bundle header is cut short");
      }),
    );
  });

  it("says what is wrong", () => {
    expect(parse(new Uint8Array(256))).toBe("not an app bundle");
    expect(parse(patched(4, 2))).toBe("bundle format 2 is not known");
    expect(parse(patched(9, 2))).toBe("bundle header has a strange length");
    const corrupt = new Uint8Array(sound);
    corrupt[60] ^= 1;
    expect(parse(corrupt)).toBe("bundle header is corrupt");
  });

  it("says how many bytes of the payload are needed to start, or all where it does not", () => {
    expect(parse(sound)).toHaveProperty("startLength", 3);
    expect(parse(patched(20, 2))).toHaveProperty("startLength", 2);
    expect(parse(patched(21, 1))).toHaveProperty("startLength", 256);
  });

  it("holds sixteen safe pins and no more", () => {
    const pins = Array.from({ length: 16 }, (_, pin) => ({ pin, level: pin & 1 }));
    expect(parse(encodeBundle({ ...fields, safePins: pins }, payload))).toHaveProperty("safePins", pins);
  });
});
