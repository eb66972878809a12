import type { Clock } from "../../core/ports.js";

/** A step larger than this is the clock being set, not time passing. */
const longestStepMs = 20000;

/** Monotonic ms out of Espruino's wall clock, which jumps when an application sets the time. */
export class EngineClock implements Clock {
  private last: number;
  private total: number;

  constructor() {
    this.last = getTime();
    this.total = 0;
  }

  now(): number {
    const time = getTime();
    const step = (time - this.last) * 1000;
    this.last = time;
    if (step > 0 && step < longestStepMs) this.total += step;
    return Math.floor(this.total);
  }
}
