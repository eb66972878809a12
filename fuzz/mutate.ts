/** Random numbers that a seed repeats: xorshift32 (Marsaglia 2003). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  }

  below(limit: number): number {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state >>> 0;
    return this.state % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** Where numbers have their edges. */
const edges = [0, 1, 4, 16, 31, 32, 64, 100, 127, 128, 192, 255, 256, 1024, 4096, 32768, 65535, 65536];
const wideEdges = [0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const digits = [
  "0",
  "1",
  "-1",
  "255",
  "256",
  "65535",
  "65536",
  "4294967295",
  "4294967296",
  "9999999999",
  "1e9",
];

type Mutator = (
  input: Uint8Array,
  chance: Chance,
  other: Uint8Array,
  words: readonly Uint8Array[],
) => Uint8Array;

/** `input` with the bytes from `at` up to `end` replaced. */
function spliced(input: Uint8Array, at: number, end: number, piece: Uint8Array): Uint8Array {
  const result = new Uint8Array(at + piece.length + input.length - end);
  result.set(input.subarray(0, at));
  result.set(piece, at);
  result.set(input.subarray(end), at + piece.length);
  return result;
}

/** A stretch of it, mostly a short one. */
function stretch(input: Uint8Array, chance: Chance): readonly [number, number] {
  const at = chance.below(input.length + 1);
  const length = chance.below(chance.below(4) === 0 ? input.length + 1 : 9);
  return [at, Math.min(at + length, input.length)];
}

function numberBytes(value: number, width: number, isBig: boolean): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let i = 0; i < width; i++) bytes[isBig ? width - 1 - i : i] = Math.floor(value / 2 ** (8 * i)) & 255;
  return bytes;
}

const mutators: readonly Mutator[] = [
  function flipBit(input, chance) {
    const result = input.slice();
    if (result.length > 0) result[chance.below(result.length)] ^= 1 << chance.below(8);
    return result;
  },
  function setByte(input, chance) {
    const result = input.slice();
    if (result.length > 0) result[chance.below(result.length)] = chance.below(256);
    return result;
  },
  function stepByte(input, chance) {
    const result = input.slice();
    if (result.length > 0) result[chance.below(result.length)] += chance.below(9) - 4;
    return result;
  },
  function setNumber(input, chance) {
    const width = chance.of([1, 2, 4]);
    const value = chance.below(4) === 0 ? chance.of(wideEdges) : chance.of(edges) + chance.below(3) - 1;
    const at = chance.below(input.length + 1);
    const number = numberBytes(value < 0 ? value + 2 ** 32 : value, width, chance.below(2) === 0);
    return spliced(input, at, Math.min(at + width, input.length), number);
  },
  function insertBytes(input, chance) {
    const piece = new Uint8Array(1 + chance.below(8));
    for (let i = 0; i < piece.length; i++) piece[i] = chance.below(256);
    const at = chance.below(input.length + 1);
    return spliced(input, at, at, piece);
  },
  function insertWord(input, chance, _other, words) {
    const [at, end] = stretch(input, chance);
    const isOver = chance.below(2) === 0;
    return words.length === 0 ? input : spliced(input, at, isOver ? end : at, chance.of(words));
  },
  function writeDecimal(input, chance) {
    const [at, end] = stretch(input, chance);
    return spliced(input, at, end, new Uint8Array(Buffer.from(chance.of(digits))));
  },
  function drop(input, chance) {
    const [at, end] = stretch(input, chance);
    return spliced(input, at, end, new Uint8Array(0));
  },
  function truncate(input, chance) {
    return input.slice(0, chance.below(input.length + 1));
  },
  function repeat(input, chance) {
    const [from, to] = stretch(input, chance);
    const piece = input.subarray(from, to);
    const times = chance.below(8) === 0 ? 1 + chance.below(64) : 1;
    const all = new Uint8Array(piece.length * times);
    for (let i = 0; i < times; i++) all.set(piece, i * piece.length);
    const at = chance.below(input.length + 1);
    return spliced(input, at, at, all);
  },
  function move(input, chance) {
    const [from, to] = stretch(input, chance);
    const at = chance.below(input.length + 1);
    return spliced(input, at, Math.min(at + to - from, input.length), input.slice(from, to));
  },
  function crossOver(input, chance, other) {
    return spliced(
      input,
      chance.below(input.length + 1),
      input.length,
      other.slice(chance.below(other.length + 1)),
    );
  },
  function insertOther(input, chance, other) {
    const [from, to] = stretch(other, chance);
    const [at, end] = stretch(input, chance);
    return spliced(input, at, end, other.slice(from, to));
  },
];

/** One to eight changes, few more often than many. @param most bytes that the result may have */
export function mutate(
  input: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
  most: number,
  chance: Chance,
): Uint8Array {
  let result = input;
  const changes = 1 << chance.below(4);
  for (let i = 0; i < changes; i++) {
    result = chance.of(mutators)(result, chance, other, words);
    if (result.length > most) result = result.slice(0, most);
  }
  return result;
}
