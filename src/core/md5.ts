import type { Bytes, Chunk, Crypto, Digest } from "./ports.js";

/**
 * MD5 (RFC 1321), streaming, for runtimes without one of their own. Blocks are fetched through `Bytes.loadBlock`, so
 * that a runtime with typed arrays need not go byte by byte.
 */
const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** floor(2^32 * abs(sin(i + 1))), RFC 1321 §3.4. */
function sineTable(): number[] {
  const table: number[] = [];
  for (let i = 0; i < 64; i++) table.push(Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) | 0);
  return table;
}

const sines = sineTable();

const hexDigits = "0123456789abcdef";

function hexWord(word: number): string {
  let text = "";
  for (let i = 0; i < 4; i++) {
    const value = (word >>> (8 * i)) & 255;
    text += hexDigits.charAt(value >> 4) + hexDigits.charAt(value & 15);
  }
  return text;
}

export class Md5 implements Digest {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private length: number;
  private rest: Chunk;
  private words: number[];

  constructor(private readonly bytes: Bytes) {
    this.a = 0x67452301;
    this.b = 0xefcdab89 | 0;
    this.c = 0x98badcfe | 0;
    this.d = 0x10325476;
    this.length = 0;
    this.rest = bytes.fromText("");
    this.words = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
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
    const low = bits % 4294967296;
    const high = Math.floor(bits / 4294967296);
    const used = this.rest.length;
    let tail = this.bytes.toText(this.rest) + String.fromCharCode(128);
    const zeros = used < 56 ? 55 - used : 119 - used;
    for (let i = 0; i < zeros; i++) tail += String.fromCharCode(0);
    for (let i = 0; i < 4; i++) tail += String.fromCharCode((low >>> (8 * i)) & 255);
    for (let i = 0; i < 4; i++) tail += String.fromCharCode((high >>> (8 * i)) & 255);
    const last = this.bytes.fromText(tail);
    for (let offset = 0; offset < last.length; offset += 64) {
      this.bytes.loadBlock(last, offset, this.words);
      this.block();
    }
    return hexWord(this.a) + hexWord(this.b) + hexWord(this.c) + hexWord(this.d);
  }

  private block(): void {
    const words = this.words;
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
export function md5Hex(bytes: Bytes, crypto: Crypto, text: string): string {
  const digest = crypto.md5();
  digest.update(bytes.fromText(text));
  return digest.hex();
}
