/**
 * The one limit on guessing passwords, shared by every way in. Three wrong answers from an address are free, then it
 * waits 2 s, 4 s, 8 s … 60 s after each. Over all addresses, at most 30 wrong answers in ten minutes; the address that
 * last knew the password is not held up by others' guesses.
 */
const freeFailures = 3;
const longestWaitMs = 60000;
const forgetMs = 600000;
const mostAddresses = 8;
const mostFailures = 30;

interface Guesser {
  readonly address: string;
  failures: number;
  readonly last: number;
}

/** What the limit remembers, as data: a board keeps it while the code that reads it is not loaded. */
export interface Attempts {
  /** Who failed last stands last. */
  guessers: Guesser[];
  windowStart: number;
  windowFailures: number;
  known: string;
}

export function noAttempts(): Attempts {
  return { guessers: [], windowStart: 0, windowFailures: 0, known: "" };
}

export class AttemptLimiter {
  constructor(private readonly attempts: Attempts) {}

  /** Milliseconds that `address` still has to wait; 0 when it may try. */
  waitMs(now: number, address: string): number {
    let wait = 0;
    const guesser = this.find(address);
    if (guesser !== undefined && now - guesser.last >= forgetMs) guesser.failures = 0;
    if (guesser !== undefined && guesser.failures >= freeFailures) {
      let pause = 2000;
      for (let i = freeFailures; i < guesser.failures && pause < longestWaitMs; i++) pause *= 2;
      if (pause > longestWaitMs) pause = longestWaitMs;
      wait = guesser.last + pause - now;
    }
    if (address !== this.attempts.known && this.attempts.windowFailures >= mostFailures) {
      const rest = this.attempts.windowStart + forgetMs - now;
      if (rest > wait) wait = rest;
    }
    return wait > 0 ? wait : 0;
  }

  failed(now: number, address: string): void {
    if (now - this.attempts.windowStart >= forgetMs) {
      this.attempts.windowStart = now;
      this.attempts.windowFailures = 0;
    }
    this.attempts.windowFailures++;
    const known = this.find(address);
    const failures = known === undefined ? 1 : known.failures + 1;
    const others = this.attempts.guessers.filter((guesser) => guesser !== known);
    this.attempts.guessers = others.length >= mostAddresses ? others.slice(1) : others;
    const guessers = this.attempts.guessers;
    guessers[guessers.length] = { address: address, failures: failures, last: now };
  }

  succeeded(address: string): void {
    this.attempts.known = address;
    const guesser = this.find(address);
    if (guesser !== undefined) guesser.failures = 0;
  }

  private find(address: string): Guesser | undefined {
    for (const guesser of this.attempts.guessers) if (guesser.address === address) return guesser;
    return undefined;
  }
}
