/** Repeatable numbers: xorshift32 (Marsaglia 2003). */
export class SeededRandom {
  private state: number;

  /** @param text makes runs of different scenarios differ under one seed */
  constructor(seed: number, text: string) {
    let state = (seed ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
    this.state = state || 1;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }
}
