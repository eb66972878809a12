/** A board is armed for a day at most, ms. */
export const longestArmMs = 86400000;
/** Period of the blinking light, ms. */
export const lightPeriodMs = 2000;

/** Armed for one update and for a time by the monotonic clock: setting the wall clock neither ends nor prolongs it. */
export class Arming {
  private until = 0;
  private total = 0;

  /** Arms from now on, whatever was before; 0 disarms. @returns false when `ms` is not 0 up to a day */
  arm(now: number, ms: number): boolean {
    // Also refuses what is no number.
    if (!(ms >= 0 && ms <= longestArmMs)) return false;
    this.until = now + ms;
    this.total = ms;
    return true;
  }

  leftMs(now: number): number {
    return now < this.until ? this.until - now : 0;
  }

  /** ms that the light is on in each period: as large a share of it as time is left, and never too short to be seen. */
  lightMs(now: number): number {
    const left = this.leftMs(now);
    if (left === 0) return 0;
    const share = Math.round((lightPeriodMs * left) / this.total);
    return share < 100 ? 100 : share;
  }
}

/**
 * A button that has to be held, from levels that are debounced already. One that is stuck, or held since power-on, does
 * nothing: only going down begins it, and it counts once.
 */
export class Button {
  /** When it will have been held long enough; -1: it is up, or has counted. */
  private due = -1;

  constructor(private readonly holdMs: number) {}

  /** @returns ms until `poll` returns true if it stays down, or -1 */
  changed(now: number, down: boolean): number {
    this.due = down ? now + this.holdMs : -1;
    return down ? this.holdMs : -1;
  }

  /** True once for each time that it was held. */
  poll(now: number): boolean {
    if (this.due < 0 || now < this.due) return false;
    this.due = -1;
    return true;
  }
}
