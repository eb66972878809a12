import type { AttemptLimiter } from "../attempts.js";
import { FaultNumber, fault } from "../errors.js";
import type { Peer } from "../ports.js";
import { type Action, refusalReply } from "./actions.js";
import type { Authenticator } from "./auth.js";
import {
  type AuthResponse,
  EspotaReply,
  type Invitation,
  invitationText,
  parseAuthResponse,
  parseInvitation,
} from "./wire.js";

export type HandshakeEvent =
  | { readonly event: "invitation"; readonly from: string; readonly size: number }
  | { readonly event: "authenticated"; readonly from: string }
  | { readonly event: "auth-failed"; readonly from: string };

/** What became of a datagram: an answer to send, or an invitation that was accepted. */
export interface Handshaken {
  readonly answer: Action | undefined;
  readonly accepted: Invitation | undefined;
}

/** An invitation of an uploader that binds nothing, which waits for the answer to its challenge. */
interface Challenge {
  readonly from: Peer;
  readonly invitation: Invitation;
  readonly nonce: string;
  readonly expires: number;
}

const mostOpen = 8;
/** Of one address: another upload of the same computer may wait meanwhile. */
const mostOfOne = 2;

function answer(action: Action): Handshaken {
  return { answer: action, accepted: undefined };
}

function tooMany(to: Peer, waitMs: number): Handshaken {
  const text = `locked, try again in ${Math.ceil(waitMs / 1000)} s`;
  return answer(refusalReply(to, fault(FaultNumber.TooManyAttempts, text)));
}

/**
 * The first half of espota on the device: which uploader it is, and whether it knows the password.
 *
 * Nothing that a stranger sends may keep the owner out, and anybody can write any sender's address on a datagram. What a
 * datagram costs the address that stands on it:
 *
 *     invitation                                 nothing, and no memory
 *     bound answer, by who has not seen the      nothing: it is passed over
 *     nonce
 *     bound answer to a nonce, wrong password    an attempt (attempts.ts)
 *     invitation of another uploader             a place among the last that wait
 *     wrong answer of another uploader           an attempt with such uploaders: bound answers are not held up by it
 *
 * So the challenges of our uploader are not remembered: a nonce is a keyed hash of the address, the invitation and ten
 * seconds of time, and the answer brings its invitation along. The cnonce (bound.ts) shows that the sender received the
 * nonce, and that the password was given for this image: a neighbour in between cannot use it for another one.
 *
 * The answers of others (espota.py) show neither. They are accepted unless the board is strict.
 */
export class EspotaHandshake {
  /** Of the nonces for bound answers; "" while there are none. */
  private secret = "";
  private open: Challenge[] = [];
  /** When the last challenge has expired. */
  private until = 0;

  constructor(
    private readonly auth: Authenticator,
    private readonly limiter: AttemptLimiter,
    /** Of uploaders that bind nothing; undefined: the board is strict. */
    private readonly others: AttemptLimiter | undefined,
    /** A challenge is open at least so long, and less than twice. */
    private readonly authMs: number,
    private readonly notify: (event: HandshakeEvent) => void,
  ) {}

  /**
   * @param busy an update is running already
   * @returns undefined where the original ignores the datagram as well
   */
  onDatagram(now: number, text: string, from: Peer, busy: boolean): Handshaken | undefined {
    const response = parseAuthResponse(text);
    if (response !== undefined) return this.onAnswer(now, response, from);
    const invitation = parseInvitation(text);
    if (invitation === undefined) return undefined;
    if (busy) return answer(refusalReply(from, fault(FaultNumber.RunningAlready, "")));
    this.notify({ event: "invitation", from: from.address, size: invitation.size });
    if (this.auth.isOpen()) return { answer: undefined, accepted: invitation };
    const isBound = invitation.bound === true;
    const limiter = isBound ? this.limiter : this.others;
    if (limiter === undefined) return this.notOurs(from);
    const wait = limiter.waitMs(now, from.address);
    if (wait > 0) return tooMany(from, wait);
    this.until = now + 2 * this.authMs;
    if (!isBound)
      return answer({ do: "reply", to: from, text: EspotaReply.Auth + this.remember(now, from, invitation) });
    if (this.secret === "") this.secret = this.auth.nonce();
    const nonce = this.nonce(Math.floor(now / this.authMs), from, invitation);
    return answer({ do: "reply", to: from, text: EspotaReply.Auth + nonce + EspotaReply.Bound });
  }

  /** Whether no challenge is open. */
  isIdle(now: number): boolean {
    return now >= this.until;
  }

  private onAnswer(now: number, response: AuthResponse, from: Peer): Handshaken | undefined {
    const meant = response.meant;
    if (meant !== undefined) {
      if (this.secret === "") return undefined;
      const time = Math.floor(now / this.authMs);
      for (let age = 0; age < 2; age++) {
        const nonce = this.nonce(time - age, from, meant);
        if (this.auth.isBound(nonce, response.cnonce, meant))
          return this.judge(now, this.limiter, from, nonce, response, meant);
      }
      return undefined;
    }
    if (this.others === undefined) return this.notOurs(from);
    const challenge = this.find(now, from);
    if (challenge === undefined || this.auth.isBound(challenge.nonce, response.cnonce, undefined))
      return undefined;
    this.remove(challenge);
    return this.judge(now, this.others, from, challenge.nonce, response, challenge.invitation);
  }

  private judge(
    now: number,
    limiter: AttemptLimiter,
    from: Peer,
    nonce: string,
    response: AuthResponse,
    invitation: Invitation,
  ): Handshaken {
    const wait = limiter.waitMs(now, from.address);
    if (wait > 0) return tooMany(from, wait);
    if (!this.auth.accepts(nonce, response)) {
      limiter.failed(now, from.address);
      this.notify({ event: "auth-failed", from: from.address });
      return answer({ do: "reply", to: from, text: EspotaReply.AuthFailed });
    }
    limiter.succeeded(from.address);
    // No answer counts twice.
    this.secret = "";
    this.notify({ event: "authenticated", from: from.address });
    return { answer: undefined, accepted: invitation };
  }

  private notOurs(from: Peer): Handshaken {
    const text = `needs sluice upload, or to be set up with --lax-auth (ERROR[${FaultNumber.AuthFailed}])`;
    return answer({ do: "reply", to: from, text: `${EspotaReply.Error}${text}\n` });
  }

  /** The nonce for a bound answer: another one after each wrong answer of the address. */
  private nonce(time: number, from: Peer, invitation: Invitation): string {
    const failures = this.limiter.failures(from.address);
    return this.auth.nonceOf(
      this.secret,
      `${time}:${failures}:${from.address}:${invitationText(invitation)}`,
    );
  }

  /** The nonce for another uploader; the same one again when the invitation was only repeated. */
  private remember(now: number, from: Peer, invitation: Invitation): string {
    const earlier = this.find(now, from);
    const samePort = earlier !== undefined && earlier.from.port === from.port;
    const isRepeated = samePort && earlier.invitation.md5 === invitation.md5;
    const nonce = isRepeated ? earlier.nonce : this.auth.nonce();
    const isFull = this.open.filter((one) => one.from.address === from.address).length >= mostOfOne;
    if (earlier !== undefined && (samePort || isFull)) this.remove(earlier);
    if (this.open.length >= mostOpen) this.open = this.open.slice(1);
    this.open.push({ from: from, invitation: invitation, nonce: nonce, expires: now + this.authMs });
    return nonce;
  }

  /** The challenge to that port, or else the newest to that address: arduino-esp32's espota.py answers from a second socket. */
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
