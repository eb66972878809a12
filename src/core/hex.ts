import type { Chunk, Reader } from "./ports.js";

const digits = "0123456789abcdef";

/** `value` as `count` lower-case hex digits; written out because not every engine has `toString(16)`. */
export function hexText(value: number, count: number): string {
  let text = "";
  for (let i = count - 1; i >= 0; i--) text += digits.charAt((value >>> (i * 4)) & 15);
  return text;
}

/** All bytes of `chunk` as lower-case hex. */
export function hexOf(bytes: Reader, chunk: Chunk): string {
  let text = "";
  for (let i = 0; i < chunk.length; i++) text += hexText(bytes.at(chunk, i), 2);
  return text;
}
