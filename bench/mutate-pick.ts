import type { Mutation } from "./mutate-points.js";
import type { CoreProgram } from "./mutate-program.js";

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

export interface Picked {
  readonly mutations: Mutation[];
  /** How many were drawn and did not compile; others took their place. */
  readonly refused: number;
  /** All points of the files. */
  readonly points: number;
}

/**
 * Draws mutations that compile, spread evenly over the files by their number of points, without repetition.
 * @param line only points of this line; 0: all
 */
export function pick(
  core: CoreProgram,
  files: readonly string[],
  line: number,
  count: number,
  seed: number,
): Picked {
  const random = seeded(seed);
  const left = files.map((file) => core.mutations(file).filter((point) => line === 0 || point.line === line));
  const points = left.reduce((sum, list) => sum + list.length, 0);
  const sizes = left.map((list) => list.length);
  const mutations: Mutation[] = [];
  let refused = 0;
  for (let drawn = 0; drawn < count && left.some((list) => list.length > 0); drawn++) {
    // The n-th of `count` equal parts of all points, one place at random in it: no file is forgotten by chance.
    let file = fileAt(sizes, ((drawn + random()) * points) / count);
    for (let found = false; !found && left.some((list) => list.length > 0); ) {
      while (left[file].length === 0) file = (file + 1) % files.length;
      const [mutation] = left[file].splice(Math.floor(random() * left[file].length), 1);
      found = core.compiles(mutation);
      if (found) mutations.push(mutation);
      else refused++;
    }
  }
  return { mutations, refused, points };
}

function fileAt(sizes: readonly number[], place: number): number {
  let before = 0;
  const found = sizes.findIndex((size) => {
    before += size;
    return place < before;
  });
  return found < 0 ? sizes.length - 1 : found;
}
