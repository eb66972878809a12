import type { Chunk } from "../../../core/ports.js";
import { hexOf } from "./engine-bytes.js";

/** Native on every build of Espruino; all that the loader needs. */
export function crc32(chunk: Chunk): number {
  return E.CRC32(chunk as unknown as string) >>> 0;
}

export function sha256Hex(chunk: Chunk): string {
  return hexOf(require("crypto").SHA256(chunk as unknown as string));
}

export function pbkdf2Hex(password: string, salt: string, iterations: number): string {
  return hexOf(
    require("crypto").PBKDF2(password, salt, { keySize: 8, iterations: iterations, hasher: "SHA256" }),
  );
}
