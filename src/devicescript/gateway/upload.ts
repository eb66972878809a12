import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import type { TimedUploadEvent, UploadEvent } from "../../events/upload-event.js";
import { judgeBytes } from "../../image/judge-file.js";
import { type AwaitedOrder, type Board, toError } from "./board.js";
import type { StateFolder } from "./store/state-folder.js";

/** The first bytes of a DeviceScript program. */
const magic = "DevS";

export function looksLikeProgram(image: Uint8Array): boolean {
  return Buffer.from(image.subarray(0, magic.length)).toString("latin1") === magic;
}

export interface ProgramUpload {
  readonly program: Uint8Array;
  readonly from: string;
  readonly force: boolean;
  readonly retries: number;
  readonly onEvent: (event: TimedUploadEvent) => void;
  readonly signal?: AbortSignal;
}

/**
 * Puts a program on a board; resolves when it has proved itself there.
 * @throws SluiceError with the code of what ended it; UPDATE_RUNNING, BAD_MAGIC_BYTE and such before anything was done
 */
export function uploadTo(board: Board, folder: StateFolder, upload: ProgramUpload): Promise<void> {
  judgeProgram(upload.program);
  const startedAt = performance.now();
  let writingAt = startedAt;
  const emit = (event: UploadEvent): void =>
    upload.onEvent({ at: Math.round(performance.now() - startedAt), ...event });
  return new Promise((resolve, reject) => {
    const cancel = (): void => board.cancel(order);
    const order: AwaitedOrder = {
      ...upload,
      program: folder.keepProgram(upload.program),
      onEvent: (event) => {
        if (event.event === "writing") writingAt = performance.now();
        emit(event);
      },
      ended: (reason) => {
        upload.signal?.removeEventListener("abort", cancel);
        if (reason !== undefined) return reject(toError(reason));
        const milliseconds = Math.round(performance.now() - startedAt);
        const seconds = Math.max(performance.now() - writingAt, 1) / 1000;
        emit({ event: "result", milliseconds, bytesPerSecond: Math.round(upload.program.length / seconds) });
        resolve();
      },
    };
    if (!board.upload(order))
      return reject(
        new SluiceError("UPDATE_RUNNING", `${board.name} is being updated, or its last update is not over.`),
      );
    upload.signal?.addEventListener("abort", cancel);
    if (upload.signal?.aborted) cancel();
  });
}

/** What a runtime would refuse is refused before a message goes to the board. @throws SluiceError with the judge's code */
function judgeProgram(image: Uint8Array): void {
  const { outer, fault } = judgeBytes(image, anyTarget);
  if (fault !== undefined) throw new SluiceError(fault.code, `${fault.text}.`);
  if (outer.kind !== "devicescript")
    throw new SluiceError(
      "WRONG_KIND",
      `That is no DeviceScript program but an image of kind ${outer.kind}.`,
    );
}
