import type { BlockBuffer, Blocks, Bytes, Chunk } from "../../../core/ports.js";

/**
 * A chunk is a binary string; one that was read from Storage is a window onto flash and costs no memory. A block of an
 * image is a flat Uint8Array, which Flash, CRC and ROM take by its address.
 */
function text(chunk: Chunk): string {
  return chunk as unknown as string;
}

export function at(chunk: Chunk, index: number): number {
  return text(chunk).charCodeAt(index);
}

/** A copy: what is read from flash would change with it. */
export function toText(chunk: Chunk): string {
  return `${text(chunk)}`;
}

export function fromText(content: string): Chunk {
  return content;
}

const enum Length {
  /** Bytes that are compared at a time: the engine does it natively, but wants both as strings. */
  Compared = 256,
  /** Shorter arrays are not in one piece. */
  ShortestFlat = 64,
}

/** @param there read from flash; @param chunk a string or a block */
export function equal(there: Chunk, chunk: Chunk): boolean {
  if (typeof chunk === "string") return text(there) === chunk;
  // Not by CRC: a header that ends in its own CRC-32 gives the same one whatever its fields are.
  const bytes = chunk as unknown as Uint8Array;
  // What differs does so at once, most times.
  if (bytes[0] !== at(there, 0)) return false;
  for (let from = 0; from < bytes.length; from += Length.Compared) {
    const length = bytes.length - from < Length.Compared ? bytes.length - from : Length.Compared;
    const piece = E.toString(new Uint8Array(bytes.buffer, bytes.byteOffset + from, length));
    if (piece !== text(there).slice(from, from + length)) return false;
  }
  return true;
}

/** Bytes in one piece of memory, `length` or some more; where there is no such piece, they have no address. */
export function flatBytes(length: number): Uint8Array {
  const wanted = Math.max(Length.ShortestFlat, length);
  const bytes = new Uint8Array(wanted);
  if (E.getAddressOf(bytes, true) !== 0) return bytes;
  // Garbage lies in the gaps, and the engine does not collect it for want of a long one. This does.
  process.memory();
  return new Uint8Array(wanted);
}

/** Memory for a block, in one piece where there is such a piece. */
function block(): BlockBuffer {
  return flatBytes(BOARD_BATCH) as unknown as BlockBuffer;
}

function first(block: BlockBuffer, length: number): Uint8Array {
  return new Uint8Array((block as unknown as Uint8Array).buffer, 0, length);
}

function take(block: BlockBuffer, length: number): Chunk {
  return (length === BOARD_BATCH ? block : first(block, length)) as unknown as Chunk;
}

function head(block: BlockBuffer, length: number): Chunk {
  return E.toString(first(block, length));
}

export const blocks: Blocks = { block: block, take: take, head: head };

function isBlank(chunk: Chunk): boolean {
  // Summed natively; over bytes only all-0xFF gives this sum. (Over a string the engine sums signed chars.)
  return E.sum(new Uint8Array(E.toArrayBuffer(text(chunk)))) === 255 * chunk.length;
}

export const headBytes = { at: at, toText: toText };

export const engineBytes: Bytes = {
  at: at,
  join: (first, second) => text(first) + text(second),
  block: block,
  take: take,
  head: head,
  equal: equal,
  toText: toText,
  fromText: fromText,
  isBlank: isBlank,
  loadBlock: () => undefined,
};

/** Lower-case hex. */
export function hexOf(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let hex = "";
  for (let i = 0; i < bytes.length; i++) hex += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
  return hex;
}
