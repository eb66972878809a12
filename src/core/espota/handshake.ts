import type { AttemptLimiter } from "../attempts.js";
import { FaultNumber, fault } from "../errors.js";
import type { Peer } from "../ports.js";
import { type Action, refusalReply } from "./actions.js";
import type { Authenticator } from "./auth.js";
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

/** An invitation that waits for the answer to its challenge. */
interface Challenge {
  readonly from: Peer;
  readonly invitation: Invitation;
  readonly nonce: string;
  readonly expires: number;
}

const mostOpen = 4;
/** Of one address: another upload of the same computer may wait meanwhile. */
const mostOfOne = 2;

function answer(action: Action): Handshaken {
  return { answer: action, accepted: undefined };
}

function tooMany(to: Peer, waitMs: number): Handshaken {
  const text = `locked, try again in ${Math.ceil(waitMs / 1000)} s`;
  return answer(refusalReply(to, fault(FaultNumber.TooManyAttempts, text)));
}

/** The first half of espota on the device: which uploader it is, and whether it knows the password. */
export class EspotaHandshake {
  /**
   * Open challenges, so that a stranger's packet cannot spoil another's upload as it does with the original's single
   * WAITAUTH state. Each is good for one answer, from the address that invited: from the same port, or else the newest of
   * that address (arduino-esp32's espota.py answers from a second socket).
   */
  private open: Challenge[] = [];

  constructor(
    private readonly auth: Authenticator,
    private readonly limiter: AttemptLimiter,
    /** How long a challenge is open. */
    private readonly authMs: number,
    private readonly notify: (event: HandshakeEvent) => void,
  ) {}

  /**
   * @param busy an update is running already
   * @returns undefined where the original ignores the datagram as well
   */
  onDatagram(now: number, text: string, from: Peer, busy: boolean): Handshaken | undefined {
    const response = parseAuthResponse(text);
    if (response !== undefined) {
      const challenge = this.find(now, from);
      if (challenge === undefined) return undefined;
      this.remove(challenge);
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
    return answer({ do: "reply", to: from, text: EspotaReply.Auth + this.challenge(now, from, invitation) });
  }

  /** Whether no challenge is open. */
  isIdle(now: number): boolean {
    for (const challenge of this.open) if (challenge.expires > now) return false;
    return true;
  }

  /** The nonce for this invitation; the same one again when the datagram was only repeated. */
  private challenge(now: number, from: Peer, invitation: Invitation): string {
    const earlier = this.find(now, from);
    const samePort = earlier !== undefined && earlier.from.port === from.port;
    const isRepeated = samePort && earlier.invitation.md5 === invitation.md5;
    const nonce = isRepeated ? earlier.nonce : this.auth.nonce();
    const isFull = this.open.filter((one) => one.from.address === from.address).length >= mostOfOne;
    if (earlier !== undefined && (samePort || isFull)) this.remove(earlier);
    if (this.open.length >= mostOpen) this.open = this.open.slice(1);
    const last = this.open.length;
    this.open[last] = { from: from, invitation: invitation, nonce: nonce, expires: now + this.authMs };
    return nonce;
  }

  /** The challenge to that port, or else the newest to that address. */
  private find(now: number, from: Peer): Challenge | undefined {
    this.open = this.open.filter((challenge) => challenge.expires > now);
    let found: Challenge | undefined;
    for (const challenge of this.open)
      if (challenge.from.address === from.address && (found === undefined || found.from.port !== from.port))
        found = challenge;
    return found;
  }

  private remove(gone: Challenge): void {
    this.open = this.open.filter((challenge) => challenge !== gone);
  }
}
