import { SluiceError } from "../../errors/sluice-error.js";
import type { TimedUploadEvent, UploadEvent } from "../../events/upload-event.js";
import type { Board } from "./board.js";
import { judgeProgram } from "./judge-program.js";
import type { StateFolder } from "./store/state-folder.js";
import type { Job } from "./update/job.js";

export interface UploadWish {
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
export function uploadTo(board: Board, folder: StateFolder, wish: UploadWish): Promise<void> {
  judgeProgram(wish.program);
  const startedAt = board.now();
  let writingAt = startedAt;
  const emit = (event: UploadEvent): void =>
    wish.onEvent({ at: Math.round(board.now() - startedAt), ...event });
  return new Promise((resolve, reject) => {
    const job: Job = {
      program: folder.keepProgram(wish.program),
      from: wish.from,
      force: wish.force,
      retries: wish.retries,
      cancelled: false,
      tell: (event) => {
        if (event.event === "writing") writingAt = board.now();
        emit(event);
      },
      done: () => {
        wish.signal?.removeEventListener("abort", cancel);
        const milliseconds = Math.round(board.now() - startedAt);
        const seconds = Math.max(board.now() - writingAt, 1) / 1000;
        emit({ event: "result", milliseconds, bytesPerSecond: Math.round(wish.program.length / seconds) });
        resolve();
      },
      failed: ({ code, text }) => {
        wish.signal?.removeEventListener("abort", cancel);
        reject(new SluiceError(code, text === "" ? undefined : `${text}.`));
      },
    };
    const cancel = (): void => board.cancel(job);
    if (!board.enqueue(job))
      return reject(
        new SluiceError("UPDATE_RUNNING", `${board.name} is being updated, or its last update is not over.`),
      );
    wish.signal?.addEventListener("abort", cancel);
    if (wish.signal?.aborted) cancel();
  });
}
