import type { BlockBuffer, Blocks, Bytes, Chunk } from "../core/ports.js";

/** The core's `Bytes` over Uint8Array: what the host and tests hand to the core. */
export const nodeBytes: Bytes = {
  at: (chunk, index) => view(chunk)[index] ?? 0,
  join: (first, second) => {
    const joined = new Uint8Array(first.length + second.length);
    joined.set(view(first), 0);
    joined.set(view(second), first.length);
    return joined;
  },
  ...nodeBlocks(4096),
  equal: (first, second) => first.length === second.length && Buffer.compare(view(first), view(second)) === 0,
  toText: (chunk) => {
    const bytes = view(chunk);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  },
  fromText: (text) => new Uint8Array(Buffer.from(text, "latin1")),
  isBlank: (chunk) => {
    // A plain loop: a prover calls this a million times, and `every` calls back for each byte.
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

/** @param length of each block, bytes */
export function nodeBlocks(length: number): Blocks {
  const first = (block: BlockBuffer, count: number): Chunk => (block as NodeBlock).bytes.slice(0, count);
  return { block: () => new NodeBlock(length), take: first, head: first };
}

/** Refuses what is no Uint8Array. */
class NodeBlock implements BlockBuffer {
  readonly bytes: Uint8Array;

  constructor(readonly length: number) {
    this.bytes = new Uint8Array(length);
  }

  set(chunk: Chunk, at: number): void {
    this.bytes.set(view(chunk), at);
  }
}

function view(chunk: Chunk): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("this chunk is not a Uint8Array: two kinds of Bytes were mixed");
}
