/** Numbers that came merged are not larger, unless one came alone that was: what boards read at a time from lwIP. */
const LARGEST_MERGED = 1560;

/**
 * Estimates how many bytes the board has acknowledged. Its numbers carry no separator ("536536388"), so this can only
 * be an estimate: it steers progress and flow, never the verdict. A number stays within one segment, as boards print
 * each with one call, and is no larger than what is outstanding.
 */
export class AckCounter {
  /** Bytes; never more than `sent` of the last call, never falling. */
  acknowledged = 0;
  private largestAlone = LARGEST_MERGED;

  /** @param digits those of one segment, @param sent bytes given to the socket so far */
  segment(digits: string, sent: number): void {
    const isOne = Number(digits) <= sent - this.acknowledged;
    if (isOne) this.largestAlone = Math.max(this.largestAlone, Number(digits));
    const largest = isOne ? sent : this.largestAlone;
    let number = 0;
    for (const char of digits) {
      const longer = number * 10 + Number(char);
      if (longer <= Math.min(largest, sent - this.acknowledged)) number = longer;
      else {
        this.acknowledged += number;
        number = Math.min(Number(char), sent - this.acknowledged);
      }
    }
    this.acknowledged += number;
  }
}
