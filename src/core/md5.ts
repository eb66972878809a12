import type { Bytes, Chunk, Crypto, Digest } from "./ports.js";
import { u32Text } from "./read.js";
import { hexText } from "./text.js";

/**
 * floor(2^32 * abs(sin(i + 1))), RFC 1321 §3.4; written out because DeviceScript has no sine. A function, so that the
 * numbers are in a board's memory only while something is hashed.
 */
function sineTable(): number[] {
  return [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
  ];
}

function hexWord(word: number): string {
  let text = "";
  for (let i = 0; i < 4; i++) text += hexText((word >>> (8 * i)) & 255, 2);
  return text;
}

/**
 * MD5 (RFC 1321), streaming, for runtimes without one of their own. Blocks are fetched through `Bytes.loadBlock`, so
 * that a runtime with typed arrays need not go byte by byte.
 */
export class Md5 implements Digest {
  private a = 0x67452301;
  private b: number = 0xefcdab89 | 0;
  private c: number = 0x98badcfe | 0;
  private d = 0x10325476;
  private length = 0;
  private rest: Chunk;
  private words = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  private readonly sines = sineTable();
  private readonly shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

  constructor(private readonly bytes: Pick<Bytes, "join" | "toText" | "fromText" | "loadBlock">) {
    this.rest = bytes.fromText("");
  }

  update(chunk: Chunk): void {
    this.length += chunk.length;
    let data = chunk;
    if (this.rest.length > 0) data = this.bytes.join(this.rest, chunk);
    let offset = 0;
    while (offset + 64 <= data.length) {
      this.bytes.loadBlock(data, offset, this.words);
      this.block();
      offset += 64;
    }
    this.rest = data.slice(offset, data.length);
  }

  hex(): string {
    const bits = this.length * 8;
    // Not by `%`: the DeviceScript VM first takes both sides to 32 bits.
    const low = bits >>> 0;
    const high = Math.floor(bits / 4294967296);
    const used = this.rest.length;
    let tail = this.bytes.toText(this.rest) + String.fromCharCode(128);
    const zeros = used < 56 ? 55 - used : 119 - used;
    for (let i = 0; i < zeros; i++) tail += String.fromCharCode(0);
    const last = this.bytes.fromText(tail + u32Text(low) + u32Text(high));
    for (let offset = 0; offset < last.length; offset += 64) {
      this.bytes.loadBlock(last, offset, this.words);
      this.block();
    }
    return hexWord(this.a) + hexWord(this.b) + hexWord(this.c) + hexWord(this.d);
  }

  private block(): void {
    const words = this.words;
    const sines = this.sines;
    const shifts = this.shifts;
    let a = this.a;
    let b = this.b;
    let c = this.c;
    let d = this.d;
    for (let i = 0; i < 64; i++) {
      let f = 0;
      let g = i;
      const round = i >> 4;
      if (round === 0) {
        f = (b & c) | (~b & d);
      } else if (round === 1) {
        f = (d & b) | (~d & c);
        g = (5 * i + 1) & 15;
      } else if (round === 2) {
        f = b ^ c ^ d;
        g = (3 * i + 5) & 15;
      } else {
        f = c ^ (b | ~d);
        g = (7 * i) & 15;
      }
      const sum = (a + f + sines[i] + words[g]) | 0;
      const shift = shifts[(round << 2) | (i & 3)];
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    this.a = (this.a + a) | 0;
    this.b = (this.b + b) | 0;
    this.c = (this.c + c) | 0;
    this.d = (this.d + d) | 0;
  }
}

/** MD5 of ASCII text, as 32 lower-case hex digits. */
export function md5Hex(bytes: Pick<Bytes, "fromText">, crypto: Pick<Crypto, "md5">, text: string): string {
  const digest = crypto.md5();
  digest.update(bytes.fromText(text));
  return digest.hex();
}
