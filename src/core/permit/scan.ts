/** Reads a short text from left to right, as the settings for windows and time zones are written. */
export class Scan {
  at: number;

  constructor(readonly text: string) {
    this.at = 0;
  }

  /** The next character, "" at the end. */
  next(): string {
    return this.at < this.text.length ? this.text.charAt(this.at) : "";
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Steps over `char` if it comes next. */
  take(char: string): boolean {
    if (this.next() !== char) return false;
    this.at++;
    return true;
  }

  blanks(): void {
    while (this.take(" "));
  }

  /** A number of 1 to `digits` decimal digits, or -1. */
  number(digits: number): number {
    let value = -1;
    for (let i = 0; i < digits; i++) {
      const digit = this.atEnd() ? -1 : this.text.charCodeAt(this.at) - 48;
      if (digit < 0 || digit > 9) break;
      value = (value < 0 ? 0 : value * 10) + digit;
      this.at++;
    }
    return value;
  }

  isLetter(): boolean {
    const char = this.next().toLowerCase();
    return char >= "a" && char <= "z";
  }
}
