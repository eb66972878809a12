import type { Bytes, Chunk } from "../../../src/core/ports.js";
import { hexText } from "../../../src/core/text.js";

export function repeated(text: string, count: number): string {
  let all = "";
  let doubled = text;
  for (let rest = count; rest > 0; rest = rest >> 1) {
    if (rest & 1) all += doubled;
    doubled += doubled;
  }
  return all;
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

const crcOfNibble = [
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
];

/** CRC-32 for engines that have none. */
export function slowCrc32(bytes: Bytes, chunk: Chunk): number {
  let crc = -1;
  for (let i = 0; i < chunk.length; i++) {
    crc = crc ^ bytes.at(chunk, i);
    crc = (crc >>> 4) ^ crcOfNibble[crc & 15];
    crc = (crc >>> 4) ^ crcOfNibble[crc & 15];
  }
  return ~crc >>> 0;
}
