import { Md5 } from "../../src/core/md5.js";
import type { Chunk, Digest } from "../../src/core/ports.js";
import { engineBytes, hexOf } from "../../src/espruino/device/ports/bytes.js";

/** Addresses of a native MD5's start, update and finish in the running engine; zeros: there is none. */
declare const BENCH_NATIVE_MD5: number[];

/** Returns what is expected without looking at anything. */
class NoDigest implements Digest {
  constructor(private readonly md5: string) {}

  update(_chunk: Chunk): void {}

  hex(): string {
    return this.md5;
  }
}

function words(chunk: Chunk, offset: number, into: number[]): void {
  const text = chunk as unknown as string;
  const block = new Uint32Array(E.toArrayBuffer(text.slice(offset, offset + 64)));
  for (let i = 0; i < 16; i++) into[i] = block[i];
}

/** As the agent's part for boards without such a ROM (src/espruino/device/parts/md5.ts). */
function interpretedMd5(): Digest {
  const md5 = new Md5({
    join: engineBytes.join,
    toText: engineBytes.toText,
    fromText: engineBytes.fromText,
    loadBlock: words,
  });
  return {
    update: (chunk) =>
      md5.update(typeof chunk === "string" ? chunk : E.toString(chunk as unknown as Uint8Array)),
    hex: () => md5.hex(),
  };
}

function addressOf(buffer: Uint8Array): number {
  return E.getAddressOf(buffer, true);
}

function flat(chunk: string): Uint8Array {
  const bytes = new Uint8Array(chunk.length);
  bytes.set(chunk);
  return bytes;
}

/**
 * The agent's way to the ROM's MD5 (ports/crypto.ts) on the one in the engine's TLS: the same three calls, the last
 * one's arguments swapped.
 */
function nativeMd5(): Digest {
  const call = (address: number, first: number, second: number, third: number): void =>
    E.nativeCall(address, "void(int,int,int)")(first, second, third);
  const context = new Uint8Array(88);
  call(BENCH_NATIVE_MD5[0], addressOf(context), 0, 0);
  const update = E.nativeCall(BENCH_NATIVE_MD5[1], "void(int,int,int)");
  return {
    update: (chunk) => {
      const length = chunk.length;
      // In a variable: what is not referenced is free, and the arguments of the call would be written over it.
      const bytes = typeof chunk === "string" ? flat(chunk) : chunk;
      update(addressOf(context), E.getAddressOf(bytes as unknown as Uint8Array, true), length);
    },
    hex: () => {
      const digest = new Uint8Array(64);
      call(BENCH_NATIVE_MD5[2], addressOf(context), addressOf(digest), 0);
      return hexOf(digest.buffer as ArrayBuffer).slice(0, 32);
    },
  };
}

/** @param kind "interpreted", "native" or "none" */
export function digestOf(kind: string, expected: string): Digest {
  if (kind === "interpreted") return interpretedMd5();
  return kind === "native" ? nativeMd5() : new NoDigest(expected);
}
