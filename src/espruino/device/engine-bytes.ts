import type { Bytes, Chunk } from "../../core/ports.js";

/** On Espruino a chunk is a binary string; one that was read from Storage is a window onto flash and costs no memory. */
function text(chunk: Chunk): string {
  return chunk as unknown as string;
}

function words(chunk: Chunk, offset: number, into: number[]): void {
  const block = new Uint32Array(E.toArrayBuffer(text(chunk).slice(offset, offset + 64)));
  for (let i = 0; i < 16; i++) into[i] = block[i];
}

function isBlank(chunk: Chunk): boolean {
  // Summed natively; over bytes only all-0xFF gives this sum. (Over a string the engine sums signed chars.)
  return E.sum(new Uint8Array(E.toArrayBuffer(text(chunk)))) === 255 * chunk.length;
}

export const engineBytes: Bytes = {
  at: (chunk, index) => text(chunk).charCodeAt(index),
  join: (first, second) => text(first) + text(second),
  equal: (first, second) => text(first) === text(second),
  // A copy: what is read from flash would change with it.
  toText: (chunk) => `${text(chunk)}`,
  fromText: (content) => content,
  isBlank: isBlank,
  loadBlock: words,
};

/** A 32-bit word as binary text, little-endian. */
export function hexOf(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let hex = "";
  for (let i = 0; i < bytes.length; i++) hex += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
  return hex;
}
