import type { Bytes, Chunk } from "../ports.js";

function makeTable(): number[] {
  const entries: number[] = [];
  for (let value = 0; value < 16; value++) {
    let crc = value << 28;
    for (let bit = 0; bit < 4; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    entries.push(crc);
  }
  return entries;
}

/** CRC of each value of four bits, for two steps a byte; 64 bytes of table instead of 1 KB. */
const table: number[] = /* @__PURE__ */ makeTable();

export const crcMsbStart = 0xffffffff;

/**
 * CRC-32 with polynomial 04C11DB7, most significant bit first, no final XOR: what eboot uses, not zlib's.
 * @param crc `crcMsbStart`, or the result for the bytes before
 */
export function crcMsb(bytes: Bytes, crc: number, chunk: Chunk): number {
  let value = crc;
  for (let i = 0; i < chunk.length; i++) {
    const byte = bytes.at(chunk, i);
    value = (value << 4) ^ table[((value >>> 28) ^ (byte >> 4)) & 15];
    value = (value << 4) ^ table[((value >>> 28) ^ byte) & 15];
  }
  return value >>> 0;
}
