import { Counters } from "./counters.js";
import { Chance, mutate } from "./mutate.js";
import { bytesOf, type Target } from "./target.js";

export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly error: string;
}

/** Runs that shrinking a finding may take. */
const shrinkRuns = 3000;
/** Of one target in the tree. */
const mostKept = 40;

/** Fuzzes one target: keeps what comes somewhere new, and goes on from there. */
export class Campaign {
  runs = 0;
  finding: Finding | undefined;
  private readonly queue: Uint8Array[] = [];
  private readonly words: readonly Uint8Array[];
  private readonly chance: Chance;
  readonly counters: Counters;

  /** @param before is called before each run: the program that a hang would stop is not this one */
  constructor(
    readonly target: Target,
    points: number,
    seed: number,
    corpus: readonly Uint8Array[],
    private readonly before: (input: Uint8Array) => void,
  ) {
    this.counters = new Counters(points);
    this.chance = new Chance(seed);
    this.words = target.words.map(bytesOf);
    for (const input of [...target.seeds().map(bytesOf), ...corpus, new Uint8Array(0)])
      this.try(input.slice(0, target.most));
  }

  get size(): number {
    return this.queue.length;
  }

  /** Goes on for so many ms, or up to the first finding. */
  go(ms: number): void {
    const end = performance.now() + ms;
    while (this.finding === undefined && performance.now() < end)
      for (let i = 0; i < 50 && this.finding === undefined; i++) this.try(this.next());
  }

  private next(): Uint8Array {
    const { queue, chance } = this;
    if (queue.length === 0) return new Uint8Array(0);
    // What came last leads on most often.
    const last = chance.below(3) === 0 ? Math.min(queue.length, 16) : queue.length;
    const input = queue[queue.length - 1 - chance.below(last)];
    return mutate(input, chance.of(queue), this.words, this.target.most, chance);
  }

  /** Runs one input. */
  try(input: Uint8Array): void {
    this.runs++;
    const error = this.errorOf(input);
    if (error !== undefined) this.finding ??= { target: this.target.name, ...this.shrunk(input, error) };
    else if (this.counters.learn()) this.queue.push(input);
  }

  private errorOf(input: Uint8Array): string | undefined {
    this.before(input);
    this.counters.clear();
    countBy(this.counters.hit);
    try {
      this.target.run(input);
      return undefined;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : `${error}`;
    }
  }

  /** The shortest input that fails in the same way and that leaving out pieces leads to. */
  private shrunk(input: Uint8Array, error: string): Pick<Finding, "input" | "error"> {
    let best = { input, error };
    let runs = 0;
    for (let length = input.length >> 1; length > 0; length >>= 1)
      for (let at = 0; at < best.input.length && runs < shrinkRuns; ) {
        const shorter = new Uint8Array(
          Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + length)]),
        );
        runs++;
        const still = this.errorOf(shorter);
        if (still !== undefined && placeOf(still) === placeOf(error)) best = { input: shorter, error: still };
        else at += length;
      }
    return best;
  }

  /** As few inputs as come to as many places, short ones first. */
  kept(): Uint8Array[] {
    const covered = new Set<number>();
    const entries = this.queue
      .slice()
      .sort((one, other) => one.length - other.length)
      .map((input) => {
        this.errorOf(input);
        return { input, marks: this.counters.marks().map((mark) => mark >> 8) };
      });
    const kept: Uint8Array[] = [];
    while (kept.length < mostKept) {
      const gains = entries.map(({ marks }) => marks.filter((mark) => !covered.has(mark)).length);
      const best = gains.indexOf(Math.max(...gains));
      if (best < 0 || gains[best] === 0) break;
      kept.push(entries[best].input);
      for (const mark of entries[best].marks) covered.add(mark);
    }
    return kept;
  }
}

/** From now on the instrumented code counts here (instrument.ts). */
function countBy(hit: (point: number) => void): void {
  const { __count } = globalThis as { __count?: (by: typeof hit) => void };
  __count?.(hit);
}

/** Where it was thrown: the second line of a stack. */
function placeOf(error: string): string {
  return error.split("\n").find((line) => line.startsWith("    at ") && !line.includes("must")) ?? error;
}
