import type { Tear } from "./power-cut.js";

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
      return someBits(result, after, tear.seed);
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
