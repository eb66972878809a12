/** What the motor and the spring make of a valve. */
export type ValveMotion = "closed" | "opening" | "open" | "closing";

/** Positions closer than this are one; sums of milliseconds do not come out even. */
const epsilon = 1e-9;

/**
 * A spring-return motor valve: powered, it travels to 1 (open); unpowered or floating, the spring takes it to 0
 * (closed). Position moves linearly with time. Time comes in from outside, in ms.
 */
export class BenchValve {
  position = 0;
  powered = false;
  /** Where the mechanism jams: it cannot pass this position. */
  private jamAt: number | undefined;
  private last: number;

  constructor(
    private readonly openMs: number,
    private readonly closeMs: number,
    now: number,
  ) {
    this.last = now;
  }

  /** Jams once it reaches `position` (0..1), from either side. */
  stick(position: number): void {
    this.jamAt = position;
  }

  free(): void {
    this.jamAt = undefined;
  }

  get motion(): ValveMotion {
    if (this.powered) return this.position >= 1 ? "open" : "opening";
    return this.position <= 0 ? "closed" : "closing";
  }

  /** ms until it comes to rest; 0 when it rests. */
  get travelMs(): number {
    return Math.abs(this.goal - this.position) * this.fullMs;
  }

  /**
   * Moves on to `now`.
   * @returns the opening integrated over the time passed: 1 fully open for 1 ms is 1
   */
  advance(now: number): number {
    const passed = Math.max(0, now - this.last);
    this.last = now;
    const moving = Math.min(passed, this.travelMs);
    const from = this.position;
    const goal = this.goal;
    this.position = from + Math.sign(goal - from) * (moving / this.fullMs);
    if (Math.abs(this.position - goal) < epsilon) this.position = goal;
    return ((from + this.position) / 2) * moving + this.position * (passed - moving);
  }

  private get fullMs(): number {
    return this.powered ? this.openMs : this.closeMs;
  }

  private get goal(): number {
    const end = this.powered ? 1 : 0;
    const jam = this.jamAt;
    if (jam === undefined) return end;
    const between = this.powered ? jam >= this.position : jam <= this.position;
    return between ? jam : end;
  }
}
