/** Longest time between two ticks that is believed, ms; more is the wall clock being set. */
const longest = 5000;

/** Monotonic milliseconds out of a clock that may be set at any moment. */
export class SteadyClock {
  private wall: number;
  private elapsed = 0;
  private readonly usual: number;

  /** @param wallMs now, @param usualMs time between two ticks, taken when the wall clock has jumped */
  constructor(wallMs: number, usualMs: number) {
    this.wall = wallMs;
    this.usual = usualMs;
  }

  advance(wallMs: number): number {
    const passed = wallMs - this.wall;
    this.wall = wallMs;
    this.elapsed += passed < 0 || passed > longest ? this.usual : passed;
    return this.elapsed;
  }
}
