/** What the board finally said on the TCP connection. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly text: string };

/** Longer than any error text; what follows is not kept. */
const LONGEST_TEXT = 512;

/**
 * Reads what a board sends back: digits (acknowledgements, undelimited), then `OK` or an error text up to its line end.
 * TCP may cut and merge this anywhere ("392OK", "1460ERROR[7]: …"), so it is read as one stream; however it is cut,
 * the verdict is the same.
 */
export class ReplyReader {
  /** All digits so far, counted. */
  digits = 0;
  /** Set once, then final. */
  verdict: Verdict | undefined;
  private text = "";

  /** Takes what came, one char a byte; returns the digits that were in it. */
  feed(piece: string): string {
    let digits = "";
    for (const char of piece) {
      if (this.verdict) break;
      if (this.text === "" && char >= "0" && char <= "9") digits += char;
      else this.takeLetter(char);
    }
    this.digits += digits.length;
    return digits;
  }

  /** True while an error text has begun and not ended. */
  get midText(): boolean {
    return this.verdict === undefined && this.text !== "";
  }

  /** Nothing more will come: an error text without a line end counts as it is. */
  end(): Verdict | undefined {
    if (this.midText) this.verdict = { ok: false, text: this.text.trim() };
    return this.verdict;
  }

  private takeLetter(char: string): void {
    if (char === "\n") this.verdict = { ok: false, text: this.text.trim() };
    else if (this.text.length < LONGEST_TEXT) this.text += char;
    if (this.text === "OK") this.verdict = { ok: true };
  }
}
