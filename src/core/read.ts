import type { Chunk, Reader } from "./ports.js";

/** Unsigned 16-bit little-endian value at `offset`. */
export function u16(bytes: Reader, chunk: Chunk, offset: number): number {
  return bytes.at(chunk, offset) | (bytes.at(chunk, offset + 1) << 8);
}

/** Unsigned 32-bit little-endian value at `offset`. */
export function u32(bytes: Reader, chunk: Chunk, offset: number): number {
  return (u16(bytes, chunk, offset) | (u16(bytes, chunk, offset + 2) << 16)) >>> 0;
}

/** ASCII text in a field of `size` bytes, cut at its first NUL. */
export function textField(bytes: Reader, chunk: Chunk, offset: number, size: number): string {
  let end = offset;
  while (end < offset + size && bytes.at(chunk, end) !== 0) end++;
  return bytes.toText(chunk.slice(offset, end));
}

/** The four bytes of `value`, little-endian, as binary text. */
export function u32Text(value: number): string {
  return String.fromCharCode(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
}
