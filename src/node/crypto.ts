import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Secrets } from "../core/espota/auth.js";
import type { AuthDialect } from "../core/espota/wire.js";
import type { Chunk, Crypto, Random } from "../core/ports.js";

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

/** The core's `Random` by the system's generator. */
export const nodeRandom: Random = { hex: (count) => randomBytes(count).toString("hex") };

/**
 * What a board keeps of a password; both empty: a board that takes updates without one.
 * @param dialect in the PBKDF2 dialect no MD5 is kept
 */
export function passwordHashes(password: string | undefined, dialect?: AuthDialect): Secrets {
  if (password === undefined) return { md5: "", sha256: "" };
  return {
    md5: dialect === "pbkdf2" ? "" : createHash("md5").update(password).digest("hex"),
    sha256: createHash("sha256").update(password).digest("hex"),
  };
}
