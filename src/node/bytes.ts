import type { BlockBuffer, Bytes, Chunk } from "../core/ports.js";

/** The core's `Bytes` over Uint8Array: what the host and tests hand to the core. */
export const nodeBytes: Bytes = {
  at: (chunk, index) => view(chunk)[index] ?? 0,
  join: (first, second) => {
    const joined = new Uint8Array(first.length + second.length);
    joined.set(view(first), 0);
    joined.set(view(second), first.length);
    return joined;
  },
  block: () => nodeBlock(4096),
  equal: (first, second) => first.length === second.length && Buffer.compare(view(first), view(second)) === 0,
  toText: (chunk) => {
    const bytes = view(chunk);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  },
  fromText: (text) => new Uint8Array(Buffer.from(text, "latin1")),
  isBlank: (chunk) => {
    // A plain loop: a prover asks this a million times, and `every` calls back for each byte.
    const bytes = view(chunk);
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0xff) return false;
    return true;
  },
  loadBlock: (chunk, offset, words) => {
    const bytes = view(chunk);
    const block = new DataView(bytes.buffer, bytes.byteOffset + offset, 64);
    for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4, true);
  },
};

/** The core's `Bytes` over binary strings, one char a byte: how Espruino holds data. */
export const latin1Bytes: Bytes = {
  at: (chunk, index) => text(chunk).charCodeAt(index) & 255,
  join: (first, second) => text(first) + text(second),
  block: () => {
    const block = nodeBlock(4096);
    const first = (length: number): Chunk => Buffer.from(view(block.head(length))).toString("latin1");
    const set = (chunk: Chunk, at: number) => block.set(Buffer.from(text(chunk), "latin1"), at);
    return { length: block.length, set, take: first, head: first };
  },
  equal: (first, second) => first === second,
  toText: (chunk) => text(chunk),
  fromText: (value) => value,
  isBlank: (chunk) => !/[^\xff]/.test(text(chunk)),
  loadBlock: (chunk, offset, words) => {
    const block = Buffer.from(text(chunk.slice(offset, offset + 64)), "latin1");
    for (let i = 0; i < 16; i++) words[i] = block.readInt32LE(i * 4);
  },
};

/** @param length bytes */
export function nodeBlock(length: number): BlockBuffer {
  const bytes = new Uint8Array(length);
  const first = (count: number): Chunk => bytes.slice(0, count);
  return { length, set: (chunk, at) => bytes.set(view(chunk), at), take: first, head: first };
}

function view(chunk: Chunk): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("this chunk is not a Uint8Array: two kinds of Bytes were mixed");
}

function text(chunk: Chunk): string {
  if (typeof chunk === "string") return chunk;
  throw new TypeError("this chunk is not a binary string: two kinds of Bytes were mixed");
}
