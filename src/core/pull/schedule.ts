/** Longest pause that failures alone make of a shorter interval, ms. */
const longestBackOffMs = 3600000;

/** How often to ask. */
export interface PollTimes {
  /** ms between two polls. */
  readonly everyMs: number;
  /** Up to this share of it is added by chance, so that boards that got power together do not ask together. */
  readonly jitter: number;
}

/**
 * ms until the next poll: the interval, doubled for each failure in a row up to an hour (or the interval, if that is
 * longer), never less than the server asked for, and then the jitter.
 * @param failures polls in a row that found no server, or none that could answer
 * @param retryAfterMs what the server asked for, or 0
 * @param chance 0 up to, not including, 1
 */
export function nextPollMs(times: PollTimes, failures: number, retryAfterMs: number, chance: number): number {
  const most = times.everyMs > longestBackOffMs ? times.everyMs : longestBackOffMs;
  let wait = times.everyMs;
  for (let i = 0; i < failures && wait < most; i++) wait *= 2;
  if (wait > most) wait = most;
  if (wait < retryAfterMs) wait = retryAfterMs;
  return wait + Math.floor(wait * times.jitter * chance);
}

/** ms until the first poll after a start. */
export function firstPollMs(times: PollTimes, chance: number): number {
  return Math.floor(times.everyMs * times.jitter * chance);
}
