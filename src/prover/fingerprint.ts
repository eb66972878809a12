import { createHash } from "node:crypto";
import type { World } from "./world.js";

const hashes = new WeakMap<Uint8Array, Int32Array>();

function contentHash(block: Uint8Array): Int32Array {
  const known = hashes.get(block);
  if (known !== undefined) return known;
  const digest = createHash("md5").update(block).digest();
  const words = new Int32Array(4);
  for (let i = 0; i < 4; i++) words[i] = digest.readInt32LE(i * 4);
  hashes.set(block, words);
  return words;
}

/**
 * 128 bits that stand for the whole content of a chip, kept up to date block by block: the XOR over all blocks that
 * differ from the chip it started with of a hash of number and content (Zobrist's way). Equal states of different
 * histories get equal fingerprints, so that each state is looked at once.
 */
export class Fingerprint {
  private readonly words: Int32Array;

  constructor(from?: Fingerprint) {
    this.words = from === undefined ? new Int32Array(4) : from.words.slice();
  }

  /** As it is after `block` has changed from `before` to `after`. */
  after(block: number, before: Uint8Array, after: Uint8Array): Fingerprint {
    const next = new Fingerprint(this);
    next.toggle(block, before);
    next.toggle(block, after);
    return next;
  }

  text(): string {
    return this.words.join();
  }

  private toggle(block: number, content: Uint8Array): void {
    const hash = contentHash(content);
    for (let i = 0; i < 4; i++) {
      let word = hash[i] ^ Math.imul(block + 1, 0x9e3779b1 + 2 * i);
      word = Math.imul(word ^ (word >>> 15), 0x85ebca6b);
      word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
      this.words[i] ^= word ^ (word >>> 16);
    }
  }
}

/** Flash, RTC memory and what is known of the past, in one line. */
export function stateKey(flash: Fingerprint, world: World): string {
  const rtc = contentHash(world.rtc.read(0, 512)).join();
  return `${flash.text()} ${rtc} ${world.reason} ${world.marks}`;
}
