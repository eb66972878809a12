import type { UploadEvent } from "../../../events/upload-event.js";
import type { Hello } from "../../messages.js";
import type { Manager } from "../manager.js";
import type { Job } from "./job.js";
import type { Limits } from "./limits.js";
import type { Rotation } from "./rotate.js";
import type { BoardState } from "./task.js";

/** What a board's script knows and may do. */
export interface BoardContext {
  readonly name: string;
  readonly limits: Limits;
  /** ms, never going back. */
  readonly now: () => number;
  /** A plain WSSK message; lost when there is no connection, which the script then hears of. */
  readonly send: (message: Uint8Array) => void;
  /** Address of the board's end of the connection. */
  readonly address: () => string;
  readonly connected: () => boolean;
  readonly state: () => BoardState;
  /** Ends the connection; the board comes again by itself. */
  readonly drop: () => void;
  /** From now on the frames of the board's bus come as well, or no longer. */
  readonly listen: (bus: boolean) => void;
  /** Keeps it for good before it returns. */
  readonly save: (state: BoardState) => void;
  /** The bytes of a kept program; undefined when there is none or it is damaged. */
  readonly program: (sha256: string) => Uint8Array | undefined;
  /** 8 hex digits that nobody used before. */
  readonly newId: () => string;
  /** To the gateway's own log. */
  readonly note: (event: UploadEvent) => void;

  /** Changes with every connection. */
  manager: Manager;
  /** The board's firmware does not carry its bus to the gateway; found out once. */
  noBus: boolean;
  /** SHA-256 of what the board has, as it said last. */
  sha256: string;
  hello: Hello | undefined;
  /** Set from `ready` on; `spoiled` when the program took it back. */
  prepared: { readonly id: string; spoiled: string | undefined } | undefined;
  /** The next update; a happening "job" tells that it is there. */
  queued: Job | undefined;
  /** A new key that is wished for; a happening "job" tells that it is there. */
  rotation: Rotation | undefined;
  /** The update that somebody waits for. */
  job: Job | undefined;
}

/** Tells everyone who listens. */
export function tell(board: BoardContext, event: UploadEvent): void {
  board.note(event);
  board.job?.tell(event);
}
