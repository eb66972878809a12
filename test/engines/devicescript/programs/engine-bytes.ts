import type { BlockBuffer, Bytes, Chunk } from "../../../../src/core/ports.js";

/** Bytes of an image that are kept together. */
const blockLength = 1024;

function octets(chunk: Chunk): Buffer {
  return chunk as unknown as Buffer;
}

function chunkOf(bytes: Buffer): Chunk {
  return bytes as unknown as Chunk;
}

function same(first: Buffer, second: Buffer): boolean {
  return first.length === second.length && first.toString("hex") === second.toString("hex");
}

function first(block: BlockBuffer, length: number): Chunk {
  return chunkOf((block as unknown as Buffer).slice(0, length));
}

/**
 * The core's `Bytes` over DeviceScript's Buffer. Where the runtime has a native way for ASCII it is taken: a program may do
 * 131,072 steps without a pause, and a loop over bytes takes a dozen for each.
 */
export const engineBytes: Bytes = {
  at: (chunk, index) => octets(chunk)[index],
  join: (first, second) => {
    const joined = Buffer.alloc(first.length + second.length);
    joined.set(octets(first), 0);
    joined.set(octets(second), first.length);
    return chunkOf(joined);
  },
  block: () => Buffer.alloc(blockLength) as unknown as BlockBuffer,
  take: first,
  head: first,
  equal: (first, second) => same(octets(first), octets(second)),
  toText: (chunk) => {
    const bytes = octets(chunk);
    const ascii = bytes.toString("utf8");
    if (ascii.length === bytes.length && same(Buffer.from(ascii), bytes)) return ascii;
    let text = "";
    for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    return text;
  },
  fromText: (text) => {
    // UTF-8 is longer than the text as soon as one char is no ASCII.
    const ascii = Buffer.from(text);
    if (ascii.length === text.length) return chunkOf(ascii);
    const bytes = Buffer.alloc(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return chunkOf(bytes);
  },
  isBlank: (chunk) => {
    for (let i = 0; i < chunk.length; i++) if (octets(chunk)[i] !== 255) return false;
    return true;
  },
  loadBlock: (chunk, offset, words) => {
    const bytes = octets(chunk);
    for (let i = 0; i < 16; i++) {
      const at = offset + 4 * i;
      words[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
  },
};
