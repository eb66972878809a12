import { SluiceError } from "../../errors/sluice-error.js";
import type { UploadEvent } from "../../events/upload-event.js";
import type { ProgramRef, Reason } from "./store/stored-board.js";

/** An operator's (or script's) order to put a program on a board. */
export interface UploadOrder {
  readonly program: ProgramRef;
  /** The signature that came with it (core/bundle/trailer.ts). */
  readonly trailer?: Uint8Array | undefined;
  /** Who orders it, shown to the program on the board. */
  readonly from: string;
  /** Goes on although the program on the board does not answer. A refusal stays a refusal. */
  readonly force: boolean;
  /** How often "try again later" is followed. */
  readonly retries: number;
  /** Withdraws the order, queued or not. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: UploadEvent) => void;
  /** Called once; with a reason when the update failed. */
  readonly ended: (reason?: Reason) => void;
}

/** What an update or a new key failed with. */
export function toError({ code, text }: Reason): SluiceError {
  return new SluiceError(code, text === "" ? undefined : `${text}.`);
}
