import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SlhBytes, SlhTools } from "../../../src/core/bundle/slh-dsa.js";
import { slhVerifies } from "../../../src/core/bundle/slh-dsa.js";
import { signedText } from "../../../src/core/bundle/trailer.js";
import { nodeBytes } from "../../../src/node/bytes.js";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const view = (bytes: SlhBytes) => bytes as unknown as Uint8Array & SlhBytes;
let hashes = 0;

/** What src/espruino/device/ports/slh-tools.ts is on a board. */
const tools: SlhTools = {
  sha256: (bytes) => {
    hashes++;
    return createHash("sha256").update(view(bytes)).digest();
  },
  zeros: (length) => new Uint8Array(length) as unknown as SlhBytes,
  window: (bytes, length) => view(bytes).subarray(0, length) as unknown as SlhBytes,
  bytesOf: (hash) => hash as unknown as SlhBytes,
  at: nodeBytes.at,
  tidy: () => undefined,
};

/**
 * NIST ACVP, SLH-DSA-sigGen-FIPS205, SLH-DSA-SHA2-128s, internal interface, deterministic. The signature is 7,856 bytes
 * long, so here is its SHA-256: what @noble/post-quantum makes of the key is NIST's signature.
 */
const nist = {
  secret: "62b1973a4de0963d74c1cb30fc8f5675cfc84880e4f0e1b446b4f5d13b2d31cc",
  public: "cb23eb45529e00d5f5e951507a9b90e98b6e7a284ba3f63a69e69a789083bef6",
  message: "9ddf",
  signatureSha256: "c7dff0ed253849ef511e90be0e2eb771659891231752" + "9a61dae4329bf149ef8b",
};

const message = hex(nist.message);
const publicKey = hex(nist.public);
const secretKey = hex(nist.secret + nist.public);
const signature = slhDsa.internal.sign(message, secretKey, { extraEntropy: false });

test("NIST's signature verifies, in some two thousand hashes", () => {
  expect(createHash("sha256").update(signature).digest("hex")).toBe(nist.signatureSha256);
  hashes = 0;
  expect(slhVerifies(tools, publicKey, message, signature)).toBe(true);
  expect(hashes).toBeGreaterThan(1900);
  expect(hashes).toBeLessThan(2400);
});

test("no other message, key or length does", () => {
  expect(slhVerifies(tools, publicKey, hex("9dde"), signature)).toBe(false);
  expect(slhVerifies(tools, publicKey, hex("9ddf00"), signature)).toBe(false);
  expect(slhVerifies(tools, publicKey.subarray(1), message, signature)).toBe(false);
  expect(slhVerifies(tools, publicKey, message, signature.subarray(1))).toBe(false);
  const longer = new Uint8Array(signature.length + 1);
  longer.set(signature);
  expect(slhVerifies(tools, publicKey, message, longer)).toBe(false);
});

test("one bit of signature or key the other way, wherever it is", () => {
  const bit = fc.nat(8 * signature.length - 1);
  fc.assert(
    fc.property(bit, (at) => {
      const bad = Uint8Array.from(signature);
      bad[at >> 3] ^= 1 << (at & 7);
      return !slhVerifies(tools, publicKey, message, bad);
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(fc.nat(255), (at) => {
      const bad = Uint8Array.from(publicKey);
      bad[at >> 3] ^= 1 << (at & 7);
      return !slhVerifies(tools, bad, message, signature);
    }),
    { numRuns: 20 },
  );
});

test("with a context, as releases are signed", () => {
  const head = new Uint8Array(128).fill(7);
  const signed = slhDsa.sign(head, secretKey, { context: Buffer.from("sluice release") });
  const text = nodeBytes.fromText(signedText(nodeBytes.toText(head)));
  expect(slhVerifies(tools, publicKey, text, signed)).toBe(true);
  expect(slhVerifies(tools, publicKey, head, signed)).toBe(false);
  const elsewhere = nodeBytes.fromText(signedText(nodeBytes.toText(head)).replace("sluice", "sluicx"));
  expect(slhVerifies(tools, publicKey, elsewhere, signed)).toBe(false);
});

interface Acvp {
  readonly tests: readonly {
    readonly tcId: number;
    readonly signatureInterface: "external" | "internal";
    readonly reason: string;
    readonly testPassed: boolean;
    readonly pk: string;
    readonly context?: string;
    readonly message: string;
    readonly signature: string;
  }[];
}

const file = join(import.meta.dirname, "../../vectors/slh-dsa-sha2-128s-sigver.json");
const acvp = JSON.parse(readFileSync(file, "utf8")) as Acvp;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

test.each(acvp.tests)("NIST's ACVP vector $tcId, $signatureInterface: $reason", (vector) => {
  const context = bytesOf(vector.context ?? "");
  const isInternal = vector.signatureInterface === "internal";
  // FIPS 205, 10.2.1: pure, and the context with its length.
  const front = isInternal ? [] : [0, context.length, ...context];
  const message = new Uint8Array([...front, ...bytesOf(vector.message)]);
  const isGood = slhVerifies(tools, bytesOf(vector.pk), message, bytesOf(vector.signature));
  expect(isGood).toBe(vector.testPassed);
});
