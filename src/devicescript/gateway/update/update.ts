import { noProgram } from "../../../events/upload-event.js";
import type { Board } from "../board.js";
import { runtimeFault } from "../manager.js";
import type { ProgramRef, Reason, UnfinishedUpdate } from "../store/stored-board.js";
import type { UploadOrder } from "../upload-order.js";
import { admit, runningRelease } from "./admit.js";
import { erase, readHash, readRuntime, setAutostart, write } from "./orders.js";
import { cancelled, prepareProgram, prepareToReturn, resume } from "./prepare.js";
import { helloOf, type Script, UpdateRefused } from "./script.js";
import { watchTrial } from "./trial.js";

/**
 * An order from the first request to the point of no return: safe state, and the record that it is unfinished.
 * @throws UpdateRefused, LinkLost: nothing on the board was touched
 */
export function* beginUpdate(board: Board, order: UploadOrder): Script<void> {
  const sha256 = yield* readHash(board);
  const bytes = board.folder.program(order.program.sha256);
  if (bytes === undefined) throw new UpdateRefused("FILE_NOT_READABLE", "the kept program cannot be read");
  const wanted = admit(board, order, bytes);
  if (sha256 === wanted.sha256) {
    if (wanted.release !== undefined) board.save({ good: wanted });
    board.emit({ event: "unchanged", sha256 });
    board.end();
    return;
  }
  const runtime = yield* readRuntime(board);
  const fault = runtime === undefined ? undefined : runtimeFault(bytes, runtime);
  if (fault !== undefined) throw new UpdateRefused("WRONG_ENGINE", fault);
  const previous = keptProgram(board, sha256);
  if (previous === undefined && sha256 !== noProgram) board.emit({ event: "no-way-back", sha256 });
  yield* prepareProgram(board, order);
  try {
    yield* setAutostart(board, false);
    if (board.cancelled) throw cancelled();
    const spoiled = board.prepared?.spoiled;
    if (spoiled !== undefined) throw new UpdateRefused("SAFE_STATE_REFUSED", spoiled);
  } catch (error) {
    if (board.prepared !== undefined) resume(board, board.prepared.id);
    if (error instanceof UpdateRefused && error.code !== "NO_MANAGER") yield* setAutostart(board, true);
    throw error;
  }
  board.prepared = undefined;
  const nothing = { writes: 0, crashes: 0, starts: 0 };
  board.saveTask({ wanted, previous, stage: "write", ...nothing });
}

/** What the gateway could bring back: what the board has now, if there is a copy of it. */
function keptProgram(board: Board, sha256: string): ProgramRef | undefined {
  if (sha256 === noProgram) return undefined;
  const bytes = board.folder.program(sha256);
  if (bytes === undefined) return undefined;
  return { sha256, size: bytes.length, release: runningRelease(board) };
}

/**
 * Carries an unfinished update to its end from wherever it is: the new program proved, or the previous one back. After a connection
 * that was lost, a power cut or a new start of the gateway it is called again.
 * @throws LinkLost
 */
export function* carryOn(board: Board): Script<void> {
  for (;;) {
    const { task } = board.state;
    if (task === undefined) return;
    if (task.stage === "write") yield* writeStage(board, task);
    else if (task.stage === "trial") yield* trialStage(board, task);
    else yield* returnStage(board, task);
  }
}

function* writeStage(board: Board, task: UnfinishedUpdate): Script<void> {
  const { wanted } = task;
  // A power cut after the last byte: the board has it all, and has started it by itself.
  if (task.writes > 0 && (yield* readHash(board)) === wanted.sha256) return toTrial(board, task);
  if (board.withdrawn) return giveUp(board, task, cancelledReason(board));
  if (task.writes >= board.limits.writes)
    return giveUp(board, task, { code: "TRANSFER_BROKE", text: `it broke off ${task.writes} times` });
  const bytes = board.folder.program(wanted.sha256);
  if (bytes === undefined)
    return giveUp(board, task, { code: "FILE_NOT_READABLE", text: "the kept program cannot be read" });

  const attempt = task.writes + 1;
  const begun: UnfinishedUpdate = { ...task, writes: attempt };
  board.saveTask(begun);
  yield* setAutostart(board, false);
  board.emit({ event: "writing", address: board.link?.address ?? "", size: bytes.length, attempt });
  switch (yield* write(board, bytes, wanted.sha256, true)) {
    case "same":
      board.emit({ event: "verified", sha256: wanted.sha256 });
      return toTrial(board, begun);
    case "cancelled":
      return giveUp(board, begun, cancelledReason(board));
    case "no-room":
      return giveUp(board, begun, {
        code: "NOT_ENOUGH_SPACE",
        text: `the board has no room for ${bytes.length} bytes`,
      });
    case "different":
      board.emit({ event: "mismatch", sha256: board.sha256 });
      if (attempt >= board.limits.writes)
        giveUp(board, begun, { code: "READ_BACK_MISMATCH", text: "what the board has is not what was sent" });
      return;
    case "refused":
      return;
  }
}

function toTrial(board: Board, task: UnfinishedUpdate): void {
  board.saveTask({ ...task, stage: "trial", crashes: 0, starts: 0 });
}

function giveUp(board: Board, task: UnfinishedUpdate, reason: Reason): void {
  board.saveTask({ ...task, stage: "return", writes: 0, reason });
}

function cancelledReason(board: Board): Reason {
  if (board.cancelled) return { code: "UPLOAD_CANCELLED", text: "the upload was cancelled" };
  return { code: "TRANSFER_BROKE", text: "it broke off, and nobody waits for it any more" };
}

function* trialStage(board: Board, task: UnfinishedUpdate): Script<void> {
  if ((yield* readHash(board)) !== task.wanted.sha256)
    return giveUp(board, task, { code: "PROGRAM_REPLACED", text: "the board has another program now" });
  yield* setAutostart(board, true);
  const failed = yield* watchTrial(board, task);
  const now = board.state.task ?? task;
  if (failed !== undefined) return giveUp(board, now, failed);
  board.save({ good: task.wanted });
  board.end();
}

/** Tries to bring a program back before it is given up for good; an operator can then send one again. */
const returns = 5;

function* returnStage(board: Board, task: UnfinishedUpdate): Script<void> {
  const { previous, wanted } = task;
  const reason = task.reason ?? { code: "TRANSFER_BROKE", text: "it broke off" };
  const has = yield* readHash(board);
  const target = previous?.sha256 ?? noProgram;
  // Anything else than these is half of what was being written, unless it came while the new program was on trial.
  const replaced = reason.code === "PROGRAM_REPLACED" && has !== noProgram && has !== wanted.sha256;
  if (replaced && has !== target) return ended(board, undefined, reason);
  if (has !== target) {
    board.emit({ event: "returning", reason: reason.text, sha256: target });
    yield* prepareToReturn(board);
    for (let attempt = 0; !(yield* bringBack(board, previous)); attempt++) {
      if (attempt + 1 >= returns) {
        yield* setAutostart(board, true);
        return ended(board, undefined, reason);
      }
      yield* board.wait(board.limits.backOffMs * 2 ** attempt, () => undefined);
    }
    board.emit({ event: "returned", sha256: target });
  }
  yield* setAutostart(board, true);
  if (previous !== undefined) yield* board.wait(board.limits.helloMs, helloOf);
  ended(board, previous, reason);
}

function* bringBack(board: Board, previous: ProgramRef | undefined): Script<boolean> {
  yield* setAutostart(board, false);
  if (previous === undefined) return yield* erase(board);
  const bytes = board.folder.program(previous.sha256);
  if (bytes === undefined) return false;
  return (yield* write(board, bytes, previous.sha256, false)) === "same";
}

function ended(board: Board, good: ProgramRef | undefined, reason: Reason): void {
  board.save({ good });
  const now =
    board.sha256 === noProgram
      ? "the board runs no program now"
      : good !== undefined
        ? "the previous program runs again"
        : "the board runs a program that the gateway does not know";
  board.end({ code: reason.code, text: `${reason.text}; ${now}` });
}
