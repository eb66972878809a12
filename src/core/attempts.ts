/**
 * The one limit on guessing passwords, shared by every way in. Three wrong answers from an address are free, then it
 * waits 2 s, 4 s, 8 s … 60 s after each. Over all addresses, at most 30 wrong answers in ten minutes; that holds up only
 * addresses that have guessed wrong themselves within the hour, so nobody can lock out others. The few that have not
 * (`mostAddresses` an hour) come on top of the 30, so all in all there are at most 196 guesses an hour.
 *
 * A restart forgets all this. What it forgets is no gain: the first ten minutes after it have room for ten guesses.
 */
const freeFailures = 3;
const longestWaitMs = 60000;
const forgetMs = 600000;
const forgetAddressMs = 3600000;
/** With more of them in an hour, those that have not guessed are held up as well. */
const mostAddresses = 16;
const mostFailures = 30;
const failuresAtStart = 20;

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
}

/** Time counts from the start on. */
export function noAttempts(): Attempts {
  return { guessers: [], windowStart: 0, windowFailures: failuresAtStart };
}

export class AttemptLimiter {
  constructor(private readonly attempts: Attempts) {}

  /** Milliseconds that `address` still has to wait; 0 when it may try. */
  waitMs(now: number, address: string): number {
    const attempts = this.attempts;
    attempts.guessers = attempts.guessers.filter((one) => now - one.last < forgetAddressMs);
    let wait = 0;
    const guesser = this.find(address);
    if (guesser !== undefined && now - guesser.last >= forgetMs) guesser.failures = 0;
    if (guesser !== undefined && guesser.failures >= freeFailures) {
      let pause = 2000;
      for (let i = freeFailures; i < guesser.failures && pause < longestWaitMs; i++) pause *= 2;
      if (pause > longestWaitMs) pause = longestWaitMs;
      wait = guesser.last + pause - now;
    }
    const isHeldUp = guesser !== undefined || attempts.guessers.length >= mostAddresses;
    if (isHeldUp && attempts.windowFailures >= mostFailures) {
      const rest = attempts.windowStart + forgetMs - now;
      if (rest > wait) wait = rest;
    }
    return wait > 0 ? wait : 0;
  }

  /** How often `address` has failed of late. */
  failures(address: string): number {
    const guesser = this.find(address);
    return guesser === undefined ? 0 : guesser.failures;
  }

  failed(now: number, address: string): void {
    const attempts = this.attempts;
    if (now - attempts.windowStart >= forgetMs) {
      attempts.windowStart = now;
      attempts.windowFailures = 0;
    }
    attempts.windowFailures++;
    const known = this.find(address);
    const failures = known === undefined ? 1 : known.failures + 1;
    const others = attempts.guessers.filter((guesser) => guesser !== known);
    attempts.guessers = others.length >= mostAddresses ? others.slice(1) : others;
    attempts.guessers.push({ address: address, failures: failures, last: now });
  }

  succeeded(address: string): void {
    this.attempts.guessers = this.attempts.guessers.filter((guesser) => guesser.address !== address);
  }

  private find(address: string): Guesser | undefined {
    for (const guesser of this.attempts.guessers) if (guesser.address === address) return guesser;
    return undefined;
  }
}
