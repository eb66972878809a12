/** Time as the board knows it. Milliseconds everywhere. */
export interface BoardClock {
  /** Milliseconds that have passed on the board; monotonic. */
  readonly now: () => number;
  /** Wall-clock milliseconds since 1970, passing at the board's pace. */
  readonly date: () => number;
  /** Calls `job` once, `ms` from now. @returns what cancels it */
  readonly after: (ms: number, job: () => void) => () => void;
  /** How many times faster than ours the board's time passes. */
  readonly speed: number;
}

/** Our own time, `speed` times as fast: a board at speed 10 lives ten seconds in one of ours. */
export function realClock(speed = 1): BoardClock {
  const start = performance.now();
  const startDate = Date.now();
  const now = (): number => (performance.now() - start) * speed;
  return {
    speed,
    now,
    date: () => startDate + now(),
    after: (ms, job) => {
      const timer = setTimeout(job, Math.min(Math.max(ms / speed, 0), 0x7fffffff));
      return () => clearTimeout(timer);
    },
  };
}
