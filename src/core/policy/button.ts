/**
 * A button that has to be held, from levels that are debounced already. One that is stuck, or held since power-on, does
 * nothing: only going down begins it, and it counts once.
 */
export class Button {
  /** When it will have been held long enough; -1: it is up, or has counted. */
  private due: number;

  constructor(private readonly holdMs: number) {
    this.due = -1;
  }

  /** @returns ms until `poll` will say yes if it stays down, or -1 */
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
