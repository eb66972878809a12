/** Nobody arms a board for longer, ms: a day. */
export const longestArmMs = 86400000;
/** The light goes on once in so long, ms. */
export const lightPeriodMs = 2000;

/**
 * Armed for one update, for a while by the monotonic clock, so that setting the wall clock neither ends nor prolongs it.
 */
export class Arming {
  private until: number;
  private total: number;

  constructor() {
    this.until = 0;
    this.total = 0;
  }

  /** Anew from now on; 0 disarms. @returns whether `ms` is a time: 0 up to a day */
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
