/**
 * What the core needs from a runtime. Each port has a handful of methods; `src/espruino/device` and `src/board`
 * implement them. Members are property functions because the DeviceScript compiler requires it.
 */

/**
 * A piece of bytes whose type only the runtime knows: a binary string on Espruino (one char is one byte), a
 * Uint8Array in Node, a Buffer in DeviceScript. The core may take its length and cut it, nothing else.
 */
export interface Chunk {
  readonly length: number;
  readonly slice: (start: number, end?: number) => Chunk;
}

/**
 * Memory for a block of an image, in one piece, so that native code can be given it as it is; on most engines it is the
 * engine's own buffer.
 */
export interface BlockBuffer {
  /** Bytes; a power of two that divides the flash's erase block. */
  readonly length: number;
  set(chunk: Chunk, at: number): void;
}

/** Makes blocks and takes them apart. */
export interface Blocks {
  readonly block: () => BlockBuffer;
  /** The first `length` bytes, for hashing and writing as a whole; valid until the block's next `set`. */
  readonly take: (block: BlockBuffer, length: number) => Chunk;
  /** The first `length` bytes, to be looked into. */
  readonly head: (block: BlockBuffer, length: number) => Chunk;
}

/** Reads chunks. Only headers and hash blocks are read this way; image bytes pass through untouched. */
export interface Bytes extends Blocks {
  /** The byte (0..255) at `index`. */
  readonly at: (chunk: Chunk, index: number) => number;
  readonly join: (first: Chunk, second: Chunk) => Chunk;
  readonly equal: (first: Chunk, second: Chunk) => boolean;
  /** One byte per char, 0..255, both ways. */
  readonly toText: (chunk: Chunk) => string;
  readonly fromText: (text: string) => Chunk;
  /** True when every byte is 0xFF. */
  readonly isBlank: (chunk: Chunk) => boolean;
  /** Fills `words` with the sixteen little-endian 32-bit words at `offset`: one MD5 block (RFC 1321 §3.4). */
  readonly loadBlock: (chunk: Chunk, offset: number, words: number[]) => void;
}

/** What it takes to decode a header. */
export type Reader = Pick<Bytes, "at" | "toText">;

/** A running hash. `hex` may be called once, after the last `update`. */
export interface Digest {
  readonly update: (chunk: Chunk) => void;
  readonly hex: () => string;
}

/** Reflected CRC-32 (zlib's), unsigned: the one checksum that every runtime computes natively. */
export interface Checksum {
  readonly crc32: (chunk: Chunk) => number;
}

/** Hashes of the runtime. The optional ones are absent where the runtime has no SHA-256 (XS, DeviceScript). */
export interface Crypto extends Checksum {
  readonly md5: () => Digest;
  readonly sha256Hex?: (chunk: Chunk) => string;
  /** PBKDF2-HMAC-SHA256 (RFC 8018 §5.2), 32 bytes as hex. */
  readonly pbkdf2Hex?: (password: string, salt: string, iterations: number) => string;
}

export interface FlashStatus {
  /** Bytes. */
  readonly size: number;
  /** Bytes per erase block. */
  readonly blockLength: number;
  readonly blocks: number;
}

/**
 * NOR flash in the shape of ECMA-419 `embedded:storage/flash`: erased bytes are 0xFF, writing only clears bits.
 * Offsets are bytes from the start of the area the port was made for. Methods throw an Error when the chip fails.
 */
export interface Flash {
  readonly status: () => FlashStatus;
  readonly read: (length: number, offset: number) => Chunk;
  readonly write: (bytes: Chunk, offset: number) => void;
  /** Erases the blocks `start` up to, not including, `end` (block numbers). */
  readonly eraseBlock: (start: number, end: number) => void;
}

/** Random text from a source fit for secrets; never a seeded generator. */
export interface Random {
  /** `count` bytes as lower-case hex. */
  readonly hex: (count: number) => string;
}

/** Where a datagram came from, or goes. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}
