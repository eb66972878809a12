import type { Chunk, Digest, Random } from "../../../core/ports.js";
import { flatBytes, hexOf } from "./bytes.js";

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

const enum Md5Length {
  /** Bytes of the ROM's context (four words of state, two of length, one block). */
  Context = 88,
  /** Bytes that are copied at a time where a block is not in one piece. */
  Piece = 512,
}

/** The address must be read before each call: the engine moves what it defragments. */
function addressOf(buffer: Uint8Array): number {
  const address = E.getAddressOf(buffer, true);
  if (address === 0) throw new Error("no flat memory");
  return address;
}

/** MD5 by the chip's boot ROM: some hundred times faster than interpreted code, and none of ours. */
function romMd5(): Digest {
  const call = (address: number, first: number, second: number, third: number): void =>
    E.nativeCall(address, "void(int,int,int)")(first, second, third);
  const context = flatBytes(Md5Length.Context);
  call(BOARD_MD5_INIT, addressOf(context), 0, 0);
  const update = E.nativeCall(BOARD_MD5_UPDATE, "void(int,int,int)");
  return {
    update: (chunk) => {
      const length = chunk.length;
      const bytes = chunk as unknown as Uint8Array;
      const flat = typeof chunk === "string" ? 0 : E.getAddressOf(bytes, true);
      if (flat !== 0) {
        update(addressOf(context), flat, length);
        return;
      }
      // In a variable: what is not referred to is free, and the arguments of the call would be written over it.
      const piece = flatBytes(length < Md5Length.Piece ? length : Md5Length.Piece);
      for (let at = 0; at < length; at += Md5Length.Piece) {
        const size = length - at < Md5Length.Piece ? length - at : Md5Length.Piece;
        if (typeof chunk === "string") piece.set(chunk.slice(at, at + size));
        else piece.set(new Uint8Array(bytes.buffer, bytes.byteOffset + at, size));
        update(addressOf(context), addressOf(piece), size);
      }
    },
    hex: () => {
      const digest = flatBytes(64);
      call(BOARD_MD5_FINAL, addressOf(digest), addressOf(context), 0);
      return hexOf(digest.buffer as ArrayBuffer).slice(0, 32);
    },
  };
}

/** RFC 1321 §A.5: a ROM that hashes this right is the one whose addresses these are. */
function romWorks(): boolean {
  if (BOARD_BUILDS.split(",").indexOf(process.env.BOARD) < 0) return false;
  const digest = romMd5();
  digest.update("abc");
  return digest.hex() === "900150983cd24fb0d6963f7d28e17f72";
}

/**
 * @param own MD5 of ours, fetched only where the ROM is not the one that the board's data is about: a wrong address would
 * crash the chip
 */
export function engineMd5(own: () => () => Digest): () => Digest {
  return BOARD_MD5_INIT !== 0 && romWorks() ? romMd5 : own();
}

/**
 * The hardware's own random numbers. E.hwRand and Math.random start from a fixed seed on the ESP chips
 * (Espruino src/jsutils.c) and must never make a nonce.
 * @throws Error when it reads the same twice: with such nonces an answer that was overheard would be good again
 */
function fromRegister(count: number): string {
  let hex = "";
  let before = -1;
  while (hex.length < 2 * count) {
    let word = peek32(BOARD_RANDOM);
    if (word === before) throw new Error("NO_RANDOM: the chip's random numbers do not change");
    before = word;
    for (let i = 0; i < 8; i++) {
      hex += (word & 15).toString(16);
      word = word >>> 4;
    }
  }
  return hex.slice(0, 2 * count);
}

function fromSystem(count: number): string {
  const file = E.openFile("/dev/urandom", "r");
  const bytes = file.read(count);
  file.close();
  let hex = "";
  for (let i = 0; i < count; i++) {
    const value = bytes.charCodeAt(i);
    hex += (value < 16 ? "0" : "") + value.toString(16);
  }
  return hex;
}

export const engineRandom: Random = { hex: BOARD_RANDOM === 0 ? fromSystem : fromRegister };
