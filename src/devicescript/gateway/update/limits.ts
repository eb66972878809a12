/** Deadlines, ms, and how often something is tried. Tests shorten them. */
export const defaultLimits = {
  /** For the first answer of the program to `prepare`. */
  answerMs: 8000,
  /** For the first `hello` of a program that was brought back; it is not judged. */
  helloMs: 15_000,
  /** For `ready`, however often the program answers `closing` in between. */
  prepareMs: 120_000,
  /** For an answer that the runtime sends at once. */
  commandMs: 8000,
  /** For the first frame of the board's bus, on which it announces itself twice a second. */
  busMs: 3000,
  /** For DEPLOY_START, which erases flash. */
  eraseMs: 30_000,
  /** Connected time within which a new program must be healthy. */
  trialMs: 60_000,
  /** Between two requests for a report from the program on trial. */
  reportMs: 4000,
  /** It must stay healthy this long. */
  confirmMs: 3000,
  /** How long an order waits for a board that went away. */
  lostMs: 180_000,
  /** Attempts at writing before the previous program is brought back. */
  writes: 3,
  /** Crashes of a program on trial; the last of them ends the trial. */
  crashes: 3,
  /** How many connections a trial may take; a board that restarts again and again needs more. */
  connections: 8,
  /** How long an update waits for a board that is not connected; it comes twice a minute. */
  offlineMs: 45_000,
  /** The first pause between two tries to bring a program back; it doubles. */
  backOffMs: 2000,
};

export type Limits = Readonly<typeof defaultLimits>;
