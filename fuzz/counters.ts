/** A loop that goes on for so many branches does not end. */
const mostSteps = 3_000_000;

export class TooManySteps extends Error {
  override readonly name = "TooManySteps";
}

/** What the instrumented code counts (instrument.ts), for one input at a time. */
export class Counters {
  private readonly counts: Uint32Array;
  /** The points that this input came to. */
  private readonly touched: Uint32Array;
  private length = 0;
  steps = 0;
  /** By point: which counts have been seen, as bits: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more. */
  private readonly seen: Uint8Array;

  constructor(points: number) {
    this.counts = new Uint32Array(points);
    this.touched = new Uint32Array(points);
    this.seen = new Uint8Array(points);
  }

  readonly hit = (point: number): void => {
    if (this.counts[point]++ === 0) this.touched[this.length++] = point;
    if (++this.steps > mostSteps) throw new TooManySteps(`more than ${mostSteps} branches: an endless loop`);
  };

  clear(): void {
    for (let i = 0; i < this.length; i++) this.counts[this.touched[i]] = 0;
    this.length = 0;
    this.steps = 0;
  }

  /** Takes the input's counts into account. @returns whether some were new */
  learn(): boolean {
    let isNew = false;
    for (let i = 0; i < this.length; i++) {
      const point = this.touched[i];
      const bit = bucket(this.counts[point]);
      if ((this.seen[point] & bit) !== 0) continue;
      this.seen[point] |= bit;
      isNew = true;
    }
    return isNew;
  }

  /** The points that this input came to, each with the bucket of its count. */
  marks(): number[] {
    return Array.from(
      this.touched.subarray(0, this.length),
      (point) => point * 256 + bucket(this.counts[point]),
    );
  }

  /** Points that some input has come to. */
  get covered(): number {
    return this.seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  }
}

function bucket(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  if (count <= 7) return 8;
  if (count <= 15) return 16;
  if (count <= 31) return 32;
  return count <= 127 ? 64 : 128;
}
