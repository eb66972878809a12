import { randomBytes } from "node:crypto";
import { noProgram } from "../../../events/upload-event.js";
import { idLength, type Prepare, type Ready, type Refused } from "../../messages.js";
import type { Board } from "../board.js";
import type { UploadOrder } from "../upload-order.js";
import { toProgram } from "../wssk/messages.js";
import { type Script, UpdateRefused } from "./script.js";

/**
 * Has the program bring its equipment to the safe state; `board.prepared` then shows whether it stays so. Nothing is
 * sent when nothing runs; when the program does not answer, a forced order goes on.
 * @throws UpdateRefused PROGRAM_SILENT, SAFE_STATE_REFUSED, UPLOAD_CANCELLED; nothing on the board was touched
 * @throws LinkLost
 */
export function* prepareProgram(board: Board, order: UploadOrder): Script<void> {
  board.prepared = undefined;
  if (board.sha256 === noProgram) return board.emit({ event: "safe", by: "nothing-runs" });
  const { size, sha256 } = order.program;
  for (let attempt = 1; ; attempt++) {
    const id = newId();
    board.emit({ event: "preparing", board: board.name, size, sha256, attempt });
    const request = { id, bytes: size, from: order.from, waitMs: board.limits.prepareMs };
    const answer = yield* requestSafety(board, { do: "prepare", ...request }, order);
    if (board.cancelled) {
      resume(board, id);
      throw cancelled();
    }
    if (answer?.say === "ready") {
      board.prepared = { id, spoiled: undefined };
      return board.emit({ event: "safe", by: "program" });
    }
    if (answer === undefined) {
      resume(board, id);
      if (!order.force) throw new UpdateRefused("PROGRAM_SILENT", "");
      return board.emit({ event: "safe", by: "force" });
    }
    const { reason, retryMs } = answer;
    if (retryMs === 0 || attempt > order.retries) throw new UpdateRefused("SAFE_STATE_REFUSED", reason);
    board.emit({ event: "retry", after: Math.ceil(retryMs / 1000), reason, attempt });
    yield* board.wait(retryMs, ({ kind }) => (kind === "cancelled" ? true : undefined));
    if (board.cancelled) throw cancelled();
  }
}

/** No deploy came of it: the program goes on. */
export function resume(board: Board, id: string): void {
  board.prepared = undefined;
  board.send(toProgram({ do: "resume", id }));
}

/** The program is given up anyway: it gets its chance to make things safe, for as long as an answer takes. */
export function* prepareToReturn(board: Board): Script<void> {
  if (board.sha256 === noProgram) return;
  const id = newId();
  const waitMs = board.limits.answerMs;
  yield* requestSafety(board, { do: "prepare", id, bytes: 0, from: "gateway, going back", waitMs });
}

/** @returns undefined when the program does not answer, or the order was cancelled */
function* requestSafety(
  board: Board,
  request: Prepare,
  order?: UploadOrder,
): Script<Ready | Refused | undefined> {
  const { id, waitMs } = request;
  const last = board.now + waitMs;
  // Twice, should the program have been about to start.
  let requests = 2;
  let patience = board.limits.answerMs / 2;
  let reason = "";
  for (;;) {
    if (reason === "" && requests-- > 0) board.send(toProgram(request));
    const reply = yield* board.wait(Math.min(patience, last - board.now), (happening) => {
      if (happening.kind === "cancelled" && order !== undefined) return "cancelled";
      if (happening.kind !== "program" || happening.message.say === "hello") return undefined;
      return happening.message.id === id ? happening.message : undefined;
    });
    if (reply === "cancelled") return undefined;
    if (reply === undefined) {
      if (reason === "" && requests > 0) continue;
      if (reason === "") return undefined;
      resume(board, id);
      return { say: "refused", id, reason: `${reason} takes too long`, retryMs: 0 };
    }
    if (reply.say === "ready" || reply.say === "refused") return reply;
    if (reply.say === "released")
      return { say: "refused", id, reason: "the program gave up waiting", retryMs: 1000 };
    reason = reply.reason;
    patience = reply.waitMs + board.limits.answerMs;
    if (order !== undefined) board.emit({ event: "closing", reason, wait: Math.ceil(reply.waitMs / 1000) });
  }
}

function newId(): string {
  return randomBytes(idLength / 2).toString("hex");
}

export function cancelled(): UpdateRefused {
  return new UpdateRefused("UPLOAD_CANCELLED", "the upload was cancelled");
}
