import { createHash, pbkdf2Sync } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Chunk, Crypto } from "../core/ports.js";

/** The core's `Crypto` by Node's own hashes. Takes both kinds of chunk: Uint8Array and binary string. */
export const nodeCrypto: Crypto = {
  md5: () => {
    const hash = createHash("md5");
    return { update: (chunk) => void hash.update(octets(chunk)), hex: () => hash.digest("hex") };
  },
  sha256Hex: (chunk) => createHash("sha256").update(octets(chunk)).digest("hex"),
  pbkdf2Hex: (password, salt, iterations) =>
    pbkdf2Sync(octets(password), octets(salt), iterations, 32, "sha256").toString("hex"),
  crc32: (chunk) => crc32(octets(chunk)),
};

function octets(chunk: Chunk | string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk, "latin1");
  throw new TypeError("this chunk is neither a Uint8Array nor a binary string");
}
