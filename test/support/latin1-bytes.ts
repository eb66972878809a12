import type { BlockBuffer, Bytes, Chunk } from "../../src/core/ports.js";

/** The core's `Bytes` over binary strings, one char a byte: how Espruino holds data. */
export const latin1Bytes: Bytes = {
  at: (chunk, index) => text(chunk).charCodeAt(index) & 255,
  join: (first, second) => text(first) + text(second),
  block: () => new TextBlock(),
  take: firstText,
  head: firstText,
  equal: (first, second) => first === second,
  toText: (chunk) => text(chunk),
  fromText: (value) => value,
  isBlank: (chunk) => !/[^\xff]/.test(text(chunk)),
  loadBlock: (chunk, offset, words) => {
    const block = Buffer.from(text(chunk.slice(offset, offset + 64)), "latin1");
    for (let i = 0; i < 16; i++) words[i] = block.readInt32LE(i * 4);
  },
};

class TextBlock implements BlockBuffer {
  readonly length = 4096;
  readonly bytes = Buffer.alloc(this.length);

  set(chunk: Chunk, at: number): void {
    this.bytes.set(Buffer.from(text(chunk), "latin1"), at);
  }
}

function firstText(block: BlockBuffer, count: number): Chunk {
  return (block as TextBlock).bytes.toString("latin1", 0, count);
}

function text(chunk: Chunk): string {
  if (typeof chunk === "string") return chunk;
  throw new TypeError("this chunk is not a binary string: two kinds of Bytes were mixed");
}
