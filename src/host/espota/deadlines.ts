/** How long each step may take, milliseconds. No wait of an upload is without an end. */
export interface Deadlines {
  /** The invitation is repeated this often … */
  readonly invitationRetry: number;
  /** … until this much has passed without an answer. */
  readonly invitation: number;
  /** Answer to our authentication: a board may hold its OK back up to 8 s while valves close. */
  readonly auth: number;
  /** The board's TCP connection, up to 8 s after the OK for the same reason. */
  readonly connectBack: number;
  /** A board that has acknowledged nothing so long after it connected never does, unless `ack` is over by then. */
  readonly firstAck: number;
  /** An acknowledgement that seems too small (two numbers merged) holds the next chunk back no longer than this. */
  readonly ackPatience: number;
  /** Silence of a board that has not acknowledged everything. */
  readonly ack: number;
  /** Silence of one that has, or never does: it hashes what it wrote. */
  readonly result: number;
  /** The rest of an error text that came without its line end. */
  readonly errorText: number;
  /** A challenge older than this (somebody was typing a password) is not answered; the board is invited anew. */
  readonly nonceAge: number;
  /** "Try again in N s" is obeyed up to this long. */
  readonly longestRetry: number;
}

export const defaultDeadlines: Deadlines = {
  invitationRetry: 1_000,
  invitation: 10_000,
  auth: 12_000,
  connectBack: 12_000,
  firstAck: 3_000,
  ackPatience: 250,
  ack: 20_000,
  result: 60_000,
  errorText: 1_000,
  nonceAge: 3_000,
  longestRetry: 300_000,
};
