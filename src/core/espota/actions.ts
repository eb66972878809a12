import { type Fault, FaultNumber, faultLine, notNowCode } from "../errors.js";
import type { Peer } from "../ports.js";
import { EspotaReply } from "./wire.js";

/** What the adapter has to do, in this order. */
export type Action =
  | { readonly do: "reply"; readonly to: Peer; readonly text: string }
  | { readonly do: "connect"; readonly to: Peer }
  | { readonly do: "send"; readonly text: string }
  | { readonly do: "close" }
  | { readonly do: "restart" };

/** ms; they fit stock espota.py, which waits 10 s for each answer and 10 s for the connection. */
export const defaultTimes = {
  /** The answer to AUTH must come within this. */
  authMs: 10000,
  /** How long "OK" may be held back for the safe state; the TCP connection for as long again. */
  holdMs: 8000,
  connectMs: 10000,
  /** A peer that sends nothing for so long is dropped. */
  idleMs: 10000,
  /**
   * Silence before the result, unless the uploader needs none: a result in the same segment as the last number makes
   * espota.py hang.
   */
  gapMs: 1000,
};

export type SessionTimes = typeof defaultTimes;

export function acknowledgement(number: number): Action[] {
  return number > 0 ? [{ do: "send", text: `${number}` }] : [];
}

/** What the user can act on comes first in the text: stock espota.py shows 32 characters of it. */
export function refusalReply(to: Peer, why: Fault): Action {
  let text = faultLine(why);
  if (why.number === FaultNumber.SafeState) text = `${why.text}\n`;
  else if (notNowCode(why.number) !== "") text = `${why.text} (ERROR[${why.number}])\n`;
  return { do: "reply", to: to, text: `${EspotaReply.Error}${text}` };
}
