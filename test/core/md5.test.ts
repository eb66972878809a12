import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Md5, md5Hex } from "../../src/core/md5.js";
import type { Bytes, Chunk } from "../../src/core/ports.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { latin1Bytes } from "../support/latin1-bytes.js";
import golden from "../vectors/golden.json" with { type: "json" };

const kinds: [string, Bytes, (data: Uint8Array) => Chunk][] = [
  ["typed arrays", nodeBytes, (data) => data],
  ["binary strings", latin1Bytes, (data) => Buffer.from(data).toString("latin1")],
];

describe.each(kinds)("Md5 over %s", (_name, bytes, chunkOf) => {
  it("agrees with the golden values", () => {
    for (const [text, digest] of Object.entries(golden.md5)) {
      const message = text === "million a" ? "a".repeat(1_000_000) : text;
      const md5 = new Md5(bytes);
      for (let at = 0; at < message.length; at += 1460)
        md5.update(bytes.fromText(message.slice(at, at + 1460)));
      expect(md5.hex(), text).toBe(digest);
    }
  });

  it("gives what node:crypto gives at every length around the padding's edges", () => {
    for (let length = 0; length <= 200; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      const md5 = new Md5(bytes);
      md5.update(chunkOf(data));
      expect(md5.hex(), `${length} bytes`).toBe(createHash("md5").update(data).digest("hex"));
    }
  });

  it("does not mind how the input is split, empty pieces included", () => {
    const split = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 });
    fc.assert(
      fc.property(split, (parts) => {
        const md5 = new Md5(bytes);
        for (const part of parts) md5.update(chunkOf(part));
        expect(md5.hex()).toBe(createHash("md5").update(Buffer.concat(parts)).digest("hex"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("md5Hex", () => {
  it("hashes text with whatever digest the runtime has", () => {
    expect(md5Hex(nodeBytes, nodeCrypto, "message digest")).toBe(golden.md5["message digest"]);
    const own = { ...nodeCrypto, md5: () => new Md5(latin1Bytes) };
    expect(md5Hex(latin1Bytes, own, "message digest")).toBe(golden.md5["message digest"]);
  });
});
