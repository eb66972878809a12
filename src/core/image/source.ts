import type { Bytes, Chunk, Crypto } from "../ports.js";
import { ChipId } from "./chips.js";

/** Bytes that are read in pieces: a file, a download, or a slot of the flash, so that a board can judge in place. */
export interface ByteSource {
  readonly size: number;
  /** Called only for what lies inside `size`. May throw when the medium fails. */
  readonly read: (offset: number, length: number) => Chunk;
}

/** What judging needs of a runtime. */
export interface ImageTools {
  readonly bytes: Bytes;
  readonly crypto: Crypto;
  /** XOR over all bytes of a chunk, where the runtime has a faster way than reading every byte. */
  readonly xor?: (chunk: Chunk) => number;
}

/** Which boot loader will run the image; it decides which formats are of use. */
export type BootLoader = "any" | "esp32" | "eboot";

/** What a firmware image has to suit. */
export interface ImageTarget {
  readonly boot: BootLoader;
  /** `ChipId`. */
  readonly chip: number;
  /** Chip revision as major * 100 + minor; -1 when not known. */
  readonly revision: number;
  /** Bytes of the flash chip; 0 when not known. */
  readonly flashSize: number;
  /** Bytes that the image may take as it was sent; 0 when not known. */
  readonly room: number;
  /** Bytes that a compressed image may take once inflated; 0 when not known. */
  readonly inflatedRoom: number;
  /** True when the bytes are a slot's, larger than the image: what lies behind it then does not count. */
  readonly inSlot: boolean;
}

/** Suits everything: for looking at a file without a board in mind. */
export const anyTarget: ImageTarget = {
  boot: "any",
  chip: ChipId.Any,
  revision: -1,
  flashSize: 0,
  room: 0,
  inflatedRoom: 0,
  inSlot: false,
};

/** Bytes of one read while a whole image is walked through: an erase block. */
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
