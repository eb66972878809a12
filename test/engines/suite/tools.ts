import { hexText } from "../../../src/core/hex.js";
import type { Bytes, Chunk } from "../../../src/core/ports.js";

export function repeated(text: string, count: number): string {
  // By halves, since the DeviceScript VM allows few steps without a pause.
  if (count <= 1) return count === 1 ? text : "";
  const half = repeated(text, count >> 1);
  return (count & 1) === 1 ? half + half + text : half + half;
}

/** `count` bytes as binary text that look like code: the same for the same seed. */
export function filler(count: number, seed: number): string {
  let text = "";
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (state * 1103 + 12345) & 0xffff;
    text += String.fromCharCode(state >> 8);
  }
  return text;
}

/** Binary text as lower-case hex. */
export function hexOf(text: string): string {
  let hex = "";
  for (let i = 0; i < text.length; i++) hex += hexText(text.charCodeAt(i), 2);
  return hex;
}

/** Lower-case hex as binary text. */
export function unhex(hex: string): string {
  const digits = "0123456789abcdef";
  let text = "";
  for (let i = 0; i < hex.length; i += 2)
    text += String.fromCharCode(digits.indexOf(hex.charAt(i)) * 16 + digits.indexOf(hex.charAt(i + 1)));
  return text;
}

/** CRC-32 bit by bit, for engines that have none. */
export function slowCrc32(bytes: Bytes, chunk: Chunk): number {
  let crc = -1;
  for (let i = 0; i < chunk.length; i++) {
    crc = crc ^ bytes.at(chunk, i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
