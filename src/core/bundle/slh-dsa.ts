import type { Chunk } from "../ports.js";

/**
 * Verifies SLH-DSA-SHA2-128s (FIPS 205) with a native SHA-256: some 2,160 hashes, so memory is taken once and what is
 * hashed is changed in place. Numbers in comments are the sections of FIPS 205.
 */
export const slhKeyLength = 32;
export const slhSignatureLength = 7856;

/** A digest of 32 bytes, whose type only the runtime knows. */
export interface SlhHash {
  readonly byteLength: number;
}

/** Bytes in one piece of memory. */
export interface SlhBytes {
  [index: number]: number;
  set(from: Chunk | SlhHash | SlhBytes, at: number): void;
}

export interface SlhTools {
  readonly sha256: (bytes: SlhBytes) => SlhHash;
  /** New bytes, zero. */
  readonly zeros: (length: number) => SlhBytes;
  /** The same memory, its first `length` bytes. */
  readonly window: (bytes: SlhBytes, length: number) => SlhBytes;
  readonly bytesOf: (hash: SlhHash) => SlhBytes;
  readonly at: (chunk: Chunk, index: number) => number;
  /** Called every fifty hashes: time to collect garbage and to feed a watchdog. */
  readonly tidy: () => void;
}

/**
 * What is hashed (11.2.1): PK.seed, 48 zeros, a compressed address, then one or more values of 16 bytes. In it:
 *
 *     64  layer    65..72  tree    73  type    76, 77  key pair    81  chain or height    84, 85  index in chain or layer
 */
const values = 86;

const enum AddressType {
  Chain = 0,
  ChainEnds = 1,
  Tree = 2,
  Fors = 3,
  ForsRoots = 4,
}

/** From a node to the root of its tree (algorithms 11 and 17), by the `levels` siblings that the signature has from `from` on. */
function climb(
  sha256: (bytes: SlhBytes) => SlhHash,
  bytes: SlhBytes,
  pair: SlhBytes,
  signature: Chunk,
  from: number,
  levels: number,
  leaf: number,
  first: SlhHash,
): SlhHash {
  let node = first;
  let index = leaf;
  for (let level = 1; level <= levels; level++) {
    const sibling = signature.slice(from + 16 * level - 16, from + 16 * level);
    const isRight = (index & 1) === 1;
    index = index >> 1;
    bytes[81] = level;
    bytes[84] = index >> 8;
    bytes[85] = index & 255;
    // A digest is longer than a value, so what comes behind it is set after it.
    if (isRight) {
      bytes.set(sibling, values);
      bytes.set(node, values + 16);
    } else {
      bytes.set(node, values);
      bytes.set(sibling, values + 16);
    }
    node = sha256(pair);
  }
  return node;
}

/** To the end of a chain of sixteen (algorithm 5), from its member number `from`. */
function chainEnd(
  s: (bytes: SlhBytes) => SlhHash,
  b: SlhBytes,
  one: SlhBytes,
  value: Chunk,
  from: number,
): Chunk | SlhHash {
  let v: Chunk | SlhHash = value;
  for (let i = from; i < 15; i++) {
    b.set(v, values);
    b[85] = i;
    v = s(one);
  }
  return v;
}

/**
 * Whether `signature` is one of `message` (slh_verify_internal, algorithm 20: a context and its length stand in front of
 * the message already) by the key.
 */
export function slhVerifies(tools: SlhTools, key: Chunk, message: Chunk, signature: Chunk): boolean {
  if (key.length !== slhKeyLength || signature.length !== slhSignatureLength) return false;
  const sha256 = tools.sha256;
  const seed = key.slice(0, 16);
  const start = signature.slice(0, 16);
  // The digest that chooses the leaves (11.2.1, H_msg).
  const whole = tools.zeros(48 + message.length);
  whole.set(start, 0);
  whole.set(key, 16);
  whole.set(message, 48);
  const mask = tools.zeros(68);
  mask.set(start, 0);
  mask.set(seed, 16);
  mask.set(sha256(tools.window(whole, 48 + message.length)), 32);
  const digest = tools.bytesOf(sha256(tools.window(mask, 68)));
  // The tree's number has 54 bits: 27 and 27.
  let high = ((digest[21] & 63) << 21) | (digest[22] << 13) | (digest[23] << 5) | (digest[24] >> 3);
  let low = ((digest[24] & 7) << 24) | (digest[25] << 16) | (digest[26] << 8) | digest[27];
  let leaf = ((digest[28] & 1) << 8) | digest[29];

  const bytes = tools.zeros(134);
  const address = tools.window(bytes, values);
  const one = tools.window(bytes, values + 16);
  const pair = tools.window(bytes, values + 32);
  bytes.set(seed, 0);
  const ends = tools.zeros(values + 36 * 16);
  let from = 16;
  let root = digest;
  // Layer -1 is FORS (8.4), the others are XMSS trees one upon the other (7.2).
  for (let layer = -1; layer < 7; layer++) {
    bytes[64] = layer < 0 ? 0 : layer;
    bytes[66] = high >> 21;
    bytes[67] = (high >> 13) & 255;
    bytes[68] = (high >> 5) & 255;
    bytes[69] = ((high & 31) << 3) | (low >> 24);
    bytes[70] = (low >> 16) & 255;
    bytes[71] = (low >> 8) & 255;
    bytes[72] = low & 255;
    bytes[76] = leaf >> 8;
    bytes[77] = leaf & 255;
    if (layer < 0) {
      bytes[73] = AddressType.Fors;
      for (let tree = 0; tree < 14; tree++) {
        const place = (3 * tree) >> 1;
        const first = digest[place];
        const second = digest[place + 1];
        const index =
          (tree << 12) | ((tree & 1) === 0 ? (first << 4) | (second >> 4) : ((first & 15) << 8) | second);
        if ((tree & 3) === 0) tools.tidy();
        bytes[81] = 0;
        bytes[84] = index >> 8;
        bytes[85] = index & 255;
        bytes.set(signature.slice(from, from + 16), values);
        const node = climb(sha256, bytes, pair, signature, from + 16, 12, index, sha256(one));
        ends.set(node, values + 16 * tree);
        from += 13 * 16;
      }
    } else {
      bytes[73] = AddressType.Chain;
      bytes[84] = 0;
      let sum = 0;
      for (let chain = 0; chain < 35; chain++) {
        let digit = (sum >> (136 - 4 * chain)) & 15;
        if (chain < 32) {
          digit = (chain & 1) === 0 ? root[chain >> 1] >> 4 : root[chain >> 1] & 15;
          sum += 15 - digit;
        }
        if ((chain & 7) === 0) tools.tidy();
        bytes[81] = chain;
        const end = chainEnd(sha256, bytes, one, signature.slice(from, from + 16), digit);
        ends.set(end, values + 16 * chain);
        from += 16;
      }
    }
    bytes[73] = layer < 0 ? AddressType.ForsRoots : AddressType.ChainEnds;
    bytes[81] = 0;
    bytes[84] = 0;
    bytes[85] = 0;
    ends.set(address, 0);
    const leafHash = sha256(tools.window(ends, values + 16 * (layer < 0 ? 14 : 35)));
    if (layer < 0) {
      root = tools.bytesOf(leafHash);
      continue;
    }
    bytes[73] = AddressType.Tree;
    bytes[76] = 0;
    bytes[77] = 0;
    root = tools.bytesOf(climb(sha256, bytes, pair, signature, from, 9, leaf, leafHash));
    from += 9 * 16;
    leaf = low & 511;
    low = (low >> 9) | ((high & 511) << 18);
    high = high >> 9;
  }
  for (let i = 0; i < 16; i++) if (root[i] !== tools.at(key, 16 + i)) return false;
  return true;
}
