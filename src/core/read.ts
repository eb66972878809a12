import type { Chunk, Reader } from "./ports.js";

/** Unsigned 16-bit little-endian value at `offset`. */
export function u16(bytes: Reader, chunk: Chunk, offset: number): number {
  return bytes.at(chunk, offset) | (bytes.at(chunk, offset + 1) << 8);
}

/** Unsigned 32-bit little-endian value at `offset`. */
export function u32(bytes: Reader, chunk: Chunk, offset: number): number {
  const first = bytes.at(chunk, offset);
  const second = bytes.at(chunk, offset + 1);
  const third = bytes.at(chunk, offset + 2);
  const fourth = bytes.at(chunk, offset + 3);
  return (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0;
}

/** ASCII text in a field of `size` bytes, cut at its first NUL. */
export function textField(bytes: Reader, chunk: Chunk, offset: number, size: number): string {
  const text = bytes.toText(chunk.slice(offset, offset + size));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The four bytes of `value`, little-endian, as binary text. */
export function u32Text(value: number): string {
  return String.fromCharCode(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
}
