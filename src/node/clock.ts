/** Time as the uploader sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since any epoch, never going back. */
  readonly now: () => number;
  /** Calls `then` once, `milliseconds` from now at the earliest; the result cancels it. */
  readonly after: (milliseconds: number, then: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};
