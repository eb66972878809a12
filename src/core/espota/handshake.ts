import type { AttemptLimiter } from "../attempts.js";
import { FaultNumber, fault } from "../errors.js";
import { type Action, type Peer, refusalReply } from "./actions.js";
import type { Authenticator } from "./auth.js";
import { PendingChallenges } from "./pending.js";
import { EspotaReply, type Invitation, parseAuthResponse, parseInvitation } from "./wire.js";

export type HandshakeEvent =
  | { readonly event: "invitation"; readonly from: string; readonly size: number }
  | { readonly event: "authenticated"; readonly from: string }
  | { readonly event: "auth-failed"; readonly from: string };

/** What became of a datagram: an answer to send, or an invitation that was accepted. */
export interface Handshaken {
  readonly answer: Action | undefined;
  readonly accepted: Invitation | undefined;
}

function answer(action: Action): Handshaken {
  return { answer: action, accepted: undefined };
}

function tooMany(to: Peer, waitMs: number): Handshaken {
  const text = `locked, try again in ${Math.ceil(waitMs / 1000)} s`;
  return answer(refusalReply(to, fault(FaultNumber.TooManyAttempts, text)));
}

/** The first half of espota on the device: which uploader it is, and whether it knows the password. */
export class EspotaHandshake {
  private readonly pending: PendingChallenges;

  constructor(
    private readonly auth: Authenticator,
    private readonly limiter: AttemptLimiter,
    authMs: number,
    private readonly notify: (event: HandshakeEvent) => void,
  ) {
    this.pending = new PendingChallenges(authMs);
  }

  /**
   * @param busy an update is running already
   * @returns undefined where the original ignores the datagram as well
   */
  onDatagram(now: number, text: string, from: Peer, busy: boolean): Handshaken | undefined {
    const response = parseAuthResponse(text);
    if (response !== undefined) {
      const challenge = this.pending.take(now, from);
      if (challenge === undefined) return undefined;
      const wait = this.limiter.waitMs(now, from.address);
      if (wait > 0) return tooMany(from, wait);
      if (!this.auth.accepts(challenge.nonce, response)) {
        this.limiter.failed(now, from.address);
        this.notify({ event: "auth-failed", from: from.address });
        return answer({ do: "reply", to: from, text: EspotaReply.AuthFailed });
      }
      this.limiter.succeeded(from.address);
      this.notify({ event: "authenticated", from: from.address });
      return { answer: undefined, accepted: challenge.invitation };
    }
    const invitation = parseInvitation(text);
    if (invitation === undefined) return undefined;
    if (busy) return answer(refusalReply(from, fault(FaultNumber.RunningAlready, "")));
    this.notify({ event: "invitation", from: from.address, size: invitation.size });
    if (this.auth.isOpen()) return { answer: undefined, accepted: invitation };
    const wait = this.limiter.waitMs(now, from.address);
    if (wait > 0) return tooMany(from, wait);
    const nonce = this.pending.challenge(now, from, invitation, this.auth);
    return answer({ do: "reply", to: from, text: `${EspotaReply.Auth}${nonce}` });
  }

  /** Whether no challenge is open. */
  isIdle(now: number): boolean {
    return this.pending.isEmpty(now);
  }
}
