/** Deadlines, ms, and how often something is tried. Tests shorten them. */
export interface Limits {
  /** For the first answer of the program to `prepare`. */
  readonly answerMs: number;
  /** For the first `hello` of a program that was brought back; it is not judged. */
  readonly helloMs: number;
  /** For `ready`, however often the program answers `closing` in between. */
  readonly prepareMs: number;
  /** For an answer that the runtime sends at once. */
  readonly commandMs: number;
  /** For the first frame of the board's bus, on which it announces itself twice a second. */
  readonly busMs: number;
  /** For DEPLOY_START, which erases flash. */
  readonly eraseMs: number;
  /** Connected time within which a new program must be healthy. */
  readonly trialMs: number;
  /** Between two requests for a report from the program on trial. */
  readonly reportMs: number;
  /** It must stay healthy this long. */
  readonly confirmMs: number;
  /** How long an order waits for a board that went away. */
  readonly lostMs: number;
  /** Attempts at writing before the previous program is brought back. */
  readonly writes: number;
  /** Crashes of a program on trial; the last of them ends the trial. */
  readonly crashes: number;
  /** How many connections a trial may take; a board that restarts again and again needs more. */
  readonly connections: number;
  /** How long an update waits for a board that is not connected; it comes twice a minute. */
  readonly offlineMs: number;
  /** The first pause between two tries to bring a program back; it doubles. */
  readonly backOffMs: number;
}

export const defaultLimits: Limits = {
  answerMs: 8000,
  helloMs: 15_000,
  prepareMs: 120_000,
  commandMs: 8000,
  busMs: 3000,
  eraseMs: 30_000,
  trialMs: 60_000,
  reportMs: 4000,
  confirmMs: 3000,
  lostMs: 180_000,
  writes: 3,
  crashes: 3,
  connections: 8,
  offlineMs: 45_000,
  backOffMs: 2000,
};
