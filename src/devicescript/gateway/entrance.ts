import { AttemptLimiter, noAttempts } from "../../core/attempts.js";

/** Devices that nobody knows share one limit: their ids cost nothing. */
const strangers = "";

/**
 * Slows down the guessing of keys: a limit for each board (src/core/attempts.ts), so that guesses at one do not keep the
 * others out, and the address that last knew a board's key is not held up by others' guesses.
 */
export class Entrance {
  private readonly limits = new Map<string, AttemptLimiter>();

  constructor(private readonly now: () => number) {}

  /** ms; 0 when the address may try */
  waitMs(board: string | undefined, address: string): number {
    return this.limits.get(board ?? strangers)?.waitMs(this.now(), address) ?? 0;
  }

  failed(board: string | undefined, address: string): void {
    const id = board ?? strangers;
    let limit = this.limits.get(id);
    if (limit === undefined) {
      limit = new AttemptLimiter(noAttempts());
      this.limits.set(id, limit);
    }
    limit.failed(this.now(), address);
  }

  succeeded(board: string, address: string): void {
    this.limits.get(board)?.succeeded(address);
  }
}
