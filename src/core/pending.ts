import type { Authenticator } from "./auth.js";
import type { Invitation } from "./invitation.js";

/** An invitation that waits for the answer to its challenge. */
export interface Challenge {
  readonly address: string;
  readonly port: number;
  readonly invitation: Invitation;
  readonly nonce: string;
  readonly expires: number;
}

const mostPending = 4;

/**
 * Open challenges, one for each inviting address, so that a stranger's packet cannot spoil somebody else's upload as
 * it does with the original's single WAITAUTH state. Each is good for one answer, from the address that invited (its
 * port may differ: arduino-esp32's espota.py answers from a second socket).
 */
export class PendingChallenges {
  private open: Challenge[];

  constructor(private readonly lifeMs: number) {
    this.open = [];
  }

  /** The nonce for this invitation; the same one again when the datagram was only repeated. */
  challenge(
    now: number,
    from: { readonly address: string; readonly port: number },
    invitation: Invitation,
    auth: Authenticator,
  ): string {
    const earlier = this.remove(now, from.address);
    const repeated =
      earlier !== undefined && earlier.port === from.port && earlier.invitation.md5 === invitation.md5;
    const nonce = repeated ? earlier.nonce : auth.nonce();
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

  /** The challenge that an answer from `address` is for; it is used up. */
  take(now: number, address: string): Challenge | undefined {
    return this.remove(now, address);
  }

  isEmpty(now: number): boolean {
    for (const challenge of this.open) if (challenge.expires > now) return false;
    return true;
  }

  private remove(now: number, address: string): Challenge | undefined {
    let found: Challenge | undefined;
    const rest: Challenge[] = [];
    for (const challenge of this.open) {
      if (challenge.expires <= now) continue;
      if (challenge.address === address) found = challenge;
      else rest[rest.length] = challenge;
    }
    this.open = rest;
    return found;
  }
}
