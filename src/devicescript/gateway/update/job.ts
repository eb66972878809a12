import type { UploadEvent } from "../../../events/upload-event.js";
import type { ProgramRef, Reason } from "./task.js";

/** A person's (or script's) wish to put a program on a board. Its end is told once. */
export interface Job {
  readonly program: ProgramRef;
  /** Who asks, told to the program on the board. */
  readonly from: string;
  /** Goes on although the program on the board does not answer. A refusal stays a refusal. */
  readonly force: boolean;
  /** How often "try again later" is obeyed. */
  readonly retries: number;
  /** The asker went away or changed their mind. */
  cancelled: boolean;
  readonly tell: (event: UploadEvent) => void;
  readonly failed: (reason: Reason) => void;
  readonly done: () => void;
}
