import type { AttemptLimiter } from "../attempts.js";
import type { Fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import type { UpdateRun } from "../update-run.js";

/** What the web update needs of the board around it. */
export interface WebHost {
  /** Binary text, one char a byte, as the runtime's bytes. */
  readonly chunk: (text: string) => Chunk;
  readonly run: UpdateRun;
  readonly limiter: AttemptLimiter;
  /** E.g. "/update". */
  readonly path: string;
  /** The board's name on the network, without `.local`; "" when it has none. */
  readonly name: string;
  /** Errors with status 200, as the original answers. */
  readonly classicStatus: boolean;
  /** No password is asked for. */
  readonly isOpen: () => boolean;
  readonly accepts: (user: string, password: string) => boolean;
  /** Why no update may begin now, whatever it is; undefined: one may. */
  readonly refusal: () => Fault | undefined;
  /** Largest image for a command (core/offer.ts), bytes. */
  readonly freeSpace: (command: number) => number;
  /** Facts for the status, members of a JSON object: what runs, which board. */
  readonly facts: () => string;
  /** The page, piece by piece, so that it never lies in memory as a whole. */
  readonly pageLength: () => number;
  /** Header lines about how it is stored, each with its line end. */
  readonly pageHeaders: string;
  readonly page: (offset: number, length: number) => string;
  /** Whether a committed update restarts the board, and how. */
  readonly restarts: () => boolean;
  readonly restart: () => void;
  readonly notify: (event: WebEvent) => void;
}

export type WebEvent =
  | { readonly event: "invitation"; readonly from: string; readonly size: number }
  | { readonly event: "authenticated"; readonly from: string }
  | { readonly event: "auth-failed"; readonly from: string };

/**
 * Who sends, in events and for the limit on guesses. The engine does not tell a server the address of its peer, so that
 * all browsers share one count; espota's addresses are not held up by it.
 */
export const webPeer = "web";
