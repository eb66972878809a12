import { AttemptLimiter, noAttempts } from "../../core/attempts.js";
import { keyOf } from "./keys.js";

/** Unknown devices share one limit, because anyone can make up ids. */
const strangers = "";
/** Keys from the common password that are kept, because making one takes a tenth of a second. */
const derivedLimit = 200;
/** Unknown devices beyond these are refused; a board connects again by itself. */
const derivingLimit = 4;

/**
 * Slows down the guessing of keys: a limit for each board (src/core/attempts.ts), so that guesses at one do not keep the
 * others out, and the address that last knew a board's key is not held up by others' guesses.
 */
export class Entrance {
  private readonly limits = new Map<string, AttemptLimiter>();
  private readonly derived = new Map<string, Promise<Uint8Array>>();
  private deriving = 0;

  constructor(private readonly now: () => number) {}

  /** ms; 0 when the address may try */
  waitMs(board: string | undefined, address: string): number {
    return this.limits.get(board ?? strangers)?.waitMs(this.now(), address) ?? 0;
  }

  failed(board: string | undefined, address: string): void {
    const id = board ?? strangers;
    const limit = this.limits.get(id) ?? new AttemptLimiter(noAttempts());
    this.limits.set(id, limit);
    limit.failed(this.now(), address);
  }

  succeeded(board: string, address: string): void {
    this.limits.get(board)?.succeeded(address);
  }

  /** The key that the common password gives a board; undefined while too many others are being made. */
  keyFrom(password: string, board: string): Promise<Uint8Array> | undefined {
    const known = this.derived.get(board);
    if (known !== undefined) return known;
    if (this.deriving >= derivingLimit) return undefined;
    if (this.derived.size >= derivedLimit) this.derived.clear();
    this.deriving++;
    const key = keyOf(password, board).finally(() => {
      this.deriving--;
    });
    this.derived.set(board, key);
    return key;
  }
}
