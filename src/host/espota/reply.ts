/** The board's result on the TCP connection. */
type TransferResult = { readonly ok: true } | { readonly ok: false; readonly text: string };

/** Longer than any error text; what follows is not kept. */
const longestText = 512;

/**
 * Reads what a board sends back: digits (acknowledgements, undelimited), then `OK` or an error text up to its line end.
 * TCP may cut and merge this anywhere ("392OK", "1460ERROR[7]: …"), so it is read as one stream; however it is cut,
 * the result is the same.
 */
export class ReplyReader {
  /** All digits so far, counted. */
  digits = 0;
  /** Set once, then final. */
  result: TransferResult | undefined;
  private text = "";

  /** Takes what came, one char a byte; returns the digits that were in it. */
  feed(piece: string): string {
    let digits = "";
    for (const char of piece) {
      if (this.result) break;
      if (this.text === "" && char >= "0" && char <= "9") digits += char;
      else this.takeLetter(char);
    }
    this.digits += digits.length;
    return digits;
  }

  /** True while an error text has begun and not ended. */
  get midText(): boolean {
    return this.result === undefined && this.text !== "";
  }

  /** Nothing more will come: an error text without a line end counts as it is. */
  end(): TransferResult | undefined {
    if (this.midText) this.result = { ok: false, text: this.text.trim() };
    return this.result;
  }

  private takeLetter(char: string): void {
    if (char === "\n") this.result = { ok: false, text: this.text.trim() };
    else if (this.text.length < longestText) this.text += char;
    if (this.text === "OK") this.result = { ok: true };
  }
}

/** Numbers that came merged are not larger, unless one came alone that was: what boards read at a time from lwIP. */
const largestMerged = 1560;

/**
 * Estimates how many bytes the board has acknowledged. Its numbers carry no separator ("536536388"), so this can only
 * be an estimate: it steers progress and flow, never the result. A number stays within one segment, as boards print
 * each with one call, and is no larger than what is outstanding.
 */
export class AckCounter {
  /** Bytes; never more than `sent` of the last call, never falling. */
  acknowledged = 0;
  private largestAlone = largestMerged;

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
