import { Md5 } from "../../core/md5.js";
import type { Chunk, Crypto } from "../../core/ports.js";
import { engineBytes, hexOf } from "./engine-bytes.js";
import { engineChecksum } from "./engine-checksum.js";

function sha256Hex(chunk: Chunk): string {
  return hexOf(require("crypto").SHA256(chunk as unknown as string));
}

function pbkdf2Hex(password: string, salt: string, iterations: number): string {
  return hexOf(
    require("crypto").PBKDF2(password, salt, { keySize: 8, iterations: iterations, hasher: "SHA256" }),
  );
}

function md5(): Md5 {
  return new Md5(engineBytes);
}

export const engineCrypto: Crypto = BOARD_HAS_SHA256
  ? { md5: md5, crc32: engineChecksum.crc32, sha256Hex: sha256Hex, pbkdf2Hex: pbkdf2Hex }
  : { md5: md5, crc32: engineChecksum.crc32 };
