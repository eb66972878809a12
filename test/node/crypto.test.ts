import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.js";

const bytes = new Uint8Array(Buffer.from("abc"));

describe("Node's hashes behind the core's port", () => {
  it("give the published vectors, for bytes and for binary strings", () => {
    for (const chunk of [bytes, "abc"]) {
      const md5 = nodeCrypto.md5();
      md5.update(chunk.slice(0, 1));
      md5.update(chunk.slice(1));
      expect(md5.hex()).toBe("900150983cd24fb0d6963f7d28e17f72");
      expect(nodeCrypto.sha256Hex?.(chunk)).toBe(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      );
      expect(nodeCrypto.crc32(chunk)).toBe(0x352441c2);
    }
    expect(nodeCrypto.pbkdf2Hex?.("password", "salt", 4096)).toBe(
      "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a",
    );
  });

  it("take a char for a byte, not for UTF-8", () => {
    expect(nodeCrypto.crc32("\xff")).toBe(nodeCrypto.crc32(new Uint8Array([0xff])));
  });
});
