import type { Authenticator } from "./auth.js";
import type { Invitation } from "./wire.js";

/** An invitation that waits for the answer to its challenge. */
export interface Challenge {
  readonly address: string;
  readonly port: number;
  readonly invitation: Invitation;
  readonly nonce: string;
  readonly expires: number;
}

const mostPending = 4;
/** Of one address: another upload of the same computer may wait meanwhile. */
const mostOfOne = 2;

/**
 * Open challenges, so that a stranger's packet cannot spoil another's upload as it does with the original's single
 * WAITAUTH state. Each is good for one answer, from the address that invited: from the same port, or else the newest of
 * that address (arduino-esp32's espota.py answers from a second socket).
 */
export class PendingChallenges {
  private open: Challenge[] = [];

  constructor(private readonly lifeMs: number) {}

  /** The nonce for this invitation; the same one again when the datagram was only repeated. */
  challenge(
    now: number,
    from: { readonly address: string; readonly port: number },
    invitation: Invitation,
    auth: Authenticator,
  ): string {
    const earlier = this.find(now, from.address, from.port);
    const repeated =
      earlier !== undefined && earlier.port === from.port && earlier.invitation.md5 === invitation.md5;
    const nonce = repeated ? earlier.nonce : auth.nonce();
    const isFull = this.open.filter((one) => one.address === from.address).length >= mostOfOne;
    if (earlier !== undefined && (earlier.port === from.port || isFull)) this.remove(earlier);
    if (this.open.length >= mostPending) this.open = this.open.slice(1);
    this.open[this.open.length] = {
      address: from.address,
      port: from.port,
      invitation: invitation,
      nonce: nonce,
      expires: now + this.lifeMs,
    };
    return nonce;
  }

  /** The challenge that an answer is for; it is used up. */
  take(now: number, from: { readonly address: string; readonly port: number }): Challenge | undefined {
    const found = this.find(now, from.address, from.port);
    if (found !== undefined) this.remove(found);
    return found;
  }

  isEmpty(now: number): boolean {
    for (const challenge of this.open) if (challenge.expires > now) return false;
    return true;
  }

  /** The one of that port, or else the newest of that address. */
  private find(now: number, address: string, port: number): Challenge | undefined {
    this.open = this.open.filter((challenge) => challenge.expires > now);
    let found: Challenge | undefined;
    for (const challenge of this.open)
      if (challenge.address === address && (found === undefined || found.port !== port)) found = challenge;
    return found;
  }

  private remove(gone: Challenge): void {
    this.open = this.open.filter((challenge) => challenge !== gone);
  }
}
