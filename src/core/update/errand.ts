import type { Invitation } from "../espota/wire.js";
import { type BlockedImage, nameOfImage, type PullImage } from "../pull/job.js";
import { blockAfter } from "../pull/retry.js";
import type { Offer } from "./offer.js";

/**
 * Update mode: where memory does not suffice for application and update, the board notes what it has to do, once
 * the equipment is verified safe, and restarts; the loader holds the safe pins and starts the agent alone, which goes on
 * with the update and restarts into the application, old or new.
 *
 *   notes     the errand, in front of what the application remembers (notes.ts)
 *   journal   Record.Errand: there is one; and once more at the next start: it was taken, whatever becomes of it
 *
 * Of a pull the notes keep more than the errand: that its image was tried (pull/retry.ts), before it is, since the
 * restart forgets everything else and a bad image must not close the valves at every poll.
 *
 * An errand is plain data, written as JSON.
 */
export interface Errand {
  /** Calls this uploader back, which has its "OK" and waits for the connection. */
  readonly push?: { readonly invitation: Invitation; readonly address: string; readonly port: number };
  /** Stays prepared for a visitor who sends again. */
  readonly page?: Offer;
  /** Polls the server at once, with these options as text; "": with the board's own. */
  readonly pull?: string;
  /** Of a pull: its image, this try included. Boards have the name of this property in flash. */
  readonly shunned?: BlockedImage;
  /** What the application requested, as far as it is data: port, page, and the MD5 of its password. */
  readonly options: object;
}

/** Of a start for an errand: the agent alone. */
export const updateMode = "update-mode";

/** How long the agent stays alone without anything to do, ms: long enough for an uploader to try again. */
export const errandIdleMs = 20000;

/** Of an errand's text. */
export const longestErrand = 500;

/** The poll that has to go on after the restart. */
export interface PullErrand {
  /** Its options. */
  readonly text: string;
  readonly image: PullImage | undefined;
  /** What was blocked before. */
  readonly blocked: BlockedImage | undefined;
}

/** Who is served after the restart: an uploader that waits comes before the one who made the offer. */
export function errandOf(
  waiting: Errand["push"],
  offer: Offer | undefined,
  pull: PullErrand,
  options: object,
): Errand {
  if (waiting !== undefined) return { push: waiting, options: options };
  if (offer === undefined) return { options: options };
  if (offer.from !== "pull") return { page: offer, options: options };
  const image = nameOfImage(pull.image);
  if (image === "") return { pull: pull.text, options: options };
  return { pull: pull.text, shunned: blockAfter(pull.blocked, 0, image), options: options };
}

/** What stays in the notes of an errand that was taken. */
export function afterErrand(text: string): string {
  const blocked = blockedIn(text);
  return blocked === undefined ? "" : JSON.stringify({ shunned: blocked });
}

/** @param text an errand's, or what stays of it */
export function blockedIn(text: string): BlockedImage | undefined {
  return text === "" ? undefined : (JSON.parse(text) as Errand).shunned;
}

export const enum AloneStep {
  Wait = 0,
  /** The errand, once. */
  Begin = 1,
  /** The application is next. */
  End = 2,
}

/** The agent alone. */
export interface Alone {
  hasBegun: boolean;
  /** ms, when it has been idle for long enough. */
  until: number;
}

/** @param busy something is going on, @param isUp the network stands */
export function stepAlone(alone: Alone, now: number, busy: boolean, isUp: boolean): AloneStep {
  if (busy) alone.until = now + errandIdleMs;
  if (now >= alone.until) return AloneStep.End;
  if (alone.hasBegun || !isUp) return AloneStep.Wait;
  alone.hasBegun = true;
  return AloneStep.Begin;
}
