/** ms. The defaults fit stock espota.py, which waits 10 s for each answer and 10 s for the connection. */
export interface SessionTimes {
  /** The answer to AUTH must come within this. */
  readonly authMs: number;
  /** How long "OK" may be held back for the safe state; the TCP connection for as long again. */
  readonly holdMs: number;
  readonly connectMs: number;
  /** A peer that sends nothing for so long is dropped. */
  readonly idleMs: number;
  /**
   * Silence before the result, unless the uploader needs none: a result in the same segment as the last number makes
   * espota.py hang.
   */
  readonly gapMs: number;
}

export const defaultTimes: SessionTimes = {
  authMs: 10000,
  holdMs: 8000,
  connectMs: 10000,
  idleMs: 10000,
  gapMs: 1000,
};
