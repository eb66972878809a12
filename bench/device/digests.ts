import { Md5 } from "../../src/core/md5.js";
import type { Chunk, Digest } from "../../src/core/ports.js";
import { engineBytes } from "../../src/espruino/device/engine-bytes.js";
import { RomMd5 } from "../../src/espruino/device/rom-md5.js";

/** Addresses of a native MD5's start, update and finish in the running engine; zeros: there is none. */
declare const BENCH_NATIVE_MD5: number[];

/** Says what is expected without looking at anything. */
class NoDigest implements Digest {
  constructor(private readonly md5: string) {}

  update(_chunk: Chunk): void {}

  hex(): string {
    return this.md5;
  }
}

/** The agent's own class for the ROM's MD5, on the one in the engine's TLS: the same three calls, the last one's arguments swapped. */
function nativeMd5(piece: Uint8Array): Digest {
  const finish = E.nativeCall(BENCH_NATIVE_MD5[2], "void(int,int,int)");
  return new RomMd5({
    init: E.nativeCall(BENCH_NATIVE_MD5[0], "void(int,int,int)"),
    update: E.nativeCall(BENCH_NATIVE_MD5[1], "void(int,int,int)"),
    final: (digest, context) => finish(context, digest, 0),
    piece: piece,
  });
}

/** @param kind "interpreted", "native" or "none" */
export function digestOf(kind: string, expected: string, piece: Uint8Array): Digest {
  if (kind === "interpreted") return new Md5(engineBytes);
  return kind === "native" ? nativeMd5(piece) : new NoDigest(expected);
}
