import { Md5 } from "../../core/md5.js";
import type { Chunk, Crypto, Digest } from "../../core/ports.js";
import { engineBytes, hexOf } from "./engine-bytes.js";
import { engineChecksum } from "./engine-checksum.js";
import { RomMd5, romMd5 } from "./rom-md5.js";

function sha256Hex(chunk: Chunk): string {
  return hexOf(require("crypto").SHA256(chunk as unknown as string));
}

function pbkdf2Hex(password: string, salt: string, iterations: number): string {
  return hexOf(
    require("crypto").PBKDF2(password, salt, { keySize: 8, iterations: iterations, hasher: "SHA256" }),
  );
}

const rom = BOARD_MD5_INIT === 0 ? undefined : romMd5();

/** True when images are hashed by the chip's ROM. */
export const hasNativeMd5 = rom !== undefined;

function md5(): Digest {
  return rom === undefined ? new Md5(engineBytes) : new RomMd5(rom);
}

export const engineCrypto: Crypto = BOARD_HAS_SHA256
  ? { md5: md5, crc32: engineChecksum.crc32, sha256Hex: sha256Hex, pbkdf2Hex: pbkdf2Hex }
  : { md5: md5, crc32: engineChecksum.crc32 };
