import type { Bytes, Chunk, Crypto } from "../ports.js";

/** Bytes that are read in pieces: a file, a download, or a slot of the flash, so that a board can judge in place. */
export interface ByteSource {
  readonly size: number;
  /** Only ever asked for what lies inside `size`. May throw when the medium fails. */
  readonly read: (offset: number, length: number) => Chunk;
}

/** What judging needs of a runtime. */
export interface ImageTools {
  readonly bytes: Bytes;
  readonly crypto: Crypto;
  /** XOR over all bytes of a chunk, where the runtime has a faster way than asking for every byte. */
  readonly xor?: (chunk: Chunk) => number;
}

/** Bytes that one read takes while a whole image is walked through: an erase block. */
export const pieceLength = 4096;

export function chunkSource(chunk: Chunk): ByteSource {
  return {
    size: chunk.length,
    read: (offset, length) => chunk.slice(offset, offset + length),
  };
}

/** XOR of the bytes `offset` up to `offset + length`, seeded; what ESP images call their checksum. */
export function xorOf(
  tools: ImageTools,
  source: ByteSource,
  offset: number,
  length: number,
  seed: number,
): number {
  let value = seed;
  for (let done = 0; done < length; done += pieceLength) {
    const piece = source.read(offset + done, Math.min(pieceLength, length - done));
    if (tools.xor !== undefined) value = value ^ tools.xor(piece);
    else for (let i = 0; i < piece.length; i++) value = value ^ tools.bytes.at(piece, i);
  }
  return value & 255;
}
