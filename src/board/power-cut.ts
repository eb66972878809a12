/** Thrown out of a flash operation when the power goes at that moment. Nothing above may catch it and go on. */
export class PowerCut extends Error {
  constructor(message = "power lost") {
    super(message);
    this.name = "PowerCut";
  }
}

/**
 * How far an interrupted flash operation came: nothing happened yet; the first half of the bytes is done; a seeded
 * random subset of the bits; all but one bit; or all, and the power goes right after.
 */
export const tearModes = ["nothing", "half", "bits", "all-but-one", "complete"] as const;

/**
 * What an interrupted flash operation leaves behind. A program may have cleared any subset of the bits it was to
 * clear; an erase may have set any subset of the bits that were 0. The seed counts for "bits" only.
 */
export interface Tear {
  readonly mode: (typeof tearModes)[number];
  readonly seed?: number;
}

export function tearOf(mode: Tear["mode"], seed = 1): Tear {
  return { mode, seed };
}

/**
 * What the cells hold after an operation that was to turn `before` into `after` was torn.
 * @returns new bytes; `before` and `after` have equal length and stay as they are
 */
export function tornBytes(before: Uint8Array, after: Uint8Array, tear: Tear): Uint8Array {
  const result = before.slice();
  switch (tear.mode) {
    case "nothing":
      return result;
    case "half":
      result.set(after.subarray(0, after.length >> 1));
      return result;
    case "bits":
      return someBits(result, after, tear.seed ?? 1);
    case "all-but-one":
      return allButOneBit(result, after);
    case "complete":
      result.set(after);
      return result;
  }
}

function someBits(result: Uint8Array, after: Uint8Array, seed: number): Uint8Array {
  let state = seed >>> 0 || 1;
  for (let i = 0; i < result.length; i++) {
    // xorshift32 (Marsaglia 2003): enough for a repeatable choice
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const changing = result[i] ^ after[i];
    result[i] ^= changing & (state >>> 8) & 0xff;
  }
  return result;
}

function allButOneBit(result: Uint8Array, after: Uint8Array): Uint8Array {
  let left: { index: number; bit: number } | undefined;
  for (let i = result.length - 1; i >= 0 && !left; i--) {
    const changing = result[i] ^ after[i];
    if (changing !== 0) left = { index: i, bit: changing & -changing };
  }
  result.set(after);
  if (left) result[left.index] ^= left.bit;
  return result;
}
