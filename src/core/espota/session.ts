import type { AttemptLimiter } from "../attempts.js";
import type { Peer } from "../ports.js";
import type { Update } from "../update/update.js";
import type { Action, SessionTimes } from "./actions.js";
import type { Authenticator } from "./auth.js";
import { EspotaHandshake, type HandshakeEvent } from "./handshake.js";
import { EspotaTransfer, type TransferEvent } from "./transfer.js";

export type SessionEvent = HandshakeEvent | TransferEvent;

/** The device's side of espota in one piece, for runtimes that need not load it half by half. */
export class EspotaSession extends EspotaTransfer {
  private readonly handshake: EspotaHandshake;

  constructor(
    auth: Authenticator,
    limiter: AttemptLimiter,
    others: AttemptLimiter | undefined,
    run: Update,
    times: SessionTimes,
    restarts: () => boolean,
    notify: (event: SessionEvent) => void,
  ) {
    super(run, times, restarts, notify);
    this.handshake = new EspotaHandshake(auth, limiter, others, times.authMs, notify);
  }

  /** A datagram came; what the original ignores is ignored. */
  onDatagram(now: number, text: string, from: Peer): Action[] {
    if (this.isWaiting(from)) return [];
    const done = this.handshake.onDatagram(now, text, from, this.isTransferring());
    if (done === undefined) return [];
    if (done.accepted !== undefined) return this.accept(now, done.accepted, from);
    return done.answer === undefined ? [] : [done.answer];
  }
}
