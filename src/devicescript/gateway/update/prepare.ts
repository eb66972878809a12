import { topic } from "../../messages.js";
import { toProgram } from "../wssk/messages.js";
import { type BoardContext, tell } from "./context.js";
import type { Job } from "./job.js";
import { programSays, type Script, UpdateRefused, waitFor } from "./script.js";
import { noProgram } from "./task.js";

type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "silent" }
  | { readonly kind: "refused"; readonly reason: string; readonly retryMs: number };

/**
 * Has the program bring its equipment to the safe state; `board.prepared` then says whether it stays so. Nobody is asked
 * when nothing runs; when the program does not answer, a forced job goes on.
 * @throws UpdateRefused PROGRAM_SILENT, SAFE_STATE_REFUSED, UPLOAD_CANCELLED; nothing on the board was touched
 * @throws LinkLost
 */
export function* prepare(board: BoardContext, job: Job): Script<void> {
  board.prepared = undefined;
  if (board.sha256 === noProgram) {
    tell(board, { event: "safe", by: "nothing-runs" });
    return;
  }
  for (let attempt = 1; ; attempt++) {
    const id = board.newId();
    const { size, sha256 } = job.program;
    tell(board, { event: "preparing", board: board.name, size, sha256, attempt });
    const answer = yield* askProgram(board, id, job);
    if (answer.kind === "ready") {
      tell(board, { event: "safe", by: "program" });
      board.prepared = { id, spoiled: undefined };
      return;
    }
    if (answer.kind === "silent") {
      resume(board, id);
      if (!job.force) throw new UpdateRefused("PROGRAM_SILENT", "");
      tell(board, { event: "safe", by: "force" });
      return;
    }
    const { reason, retryMs } = answer;
    if (retryMs === 0 || attempt > job.retries) throw new UpdateRefused("SAFE_STATE_REFUSED", reason);
    tell(board, { event: "retry", after: Math.ceil(retryMs / 1000), reason, attempt });
    yield* pauseUnlessCancelled(board, job, retryMs);
  }
}

/** No deploy came of it: the program goes on. */
export function resume(board: BoardContext, id: string): void {
  board.prepared = undefined;
  board.send(toProgram(topic, { do: "resume", id }));
}

/** The program is given up anyway: asked to make things safe, but not waited for longer than it needs to answer. */
export function* prepareToReturn(board: BoardContext): Script<void> {
  if (board.sha256 === noProgram) return;
  const id = board.newId();
  yield* askForSafety(board, id, 0, "gateway, going back", board.limits.answerMs);
}

function* askProgram(board: BoardContext, id: string, job: Job): Script<Answer> {
  const answer = yield* askForSafety(board, id, job.program.size, job.from, board.limits.prepareMs, job);
  if (!job.cancelled) return answer;
  resume(board, id);
  throw cancelled();
}

function* askForSafety(
  board: BoardContext,
  id: string,
  bytes: number,
  from: string,
  mostMs: number,
  job?: Job,
): Script<Answer> {
  const last = board.now() + mostMs;
  const prepareMessage = toProgram(topic, { do: "prepare", id, bytes, from, waitMs: mostMs });
  board.send(prepareMessage);
  // Once more, should the program have been about to start.
  let asked = 1;
  let patience = board.limits.answerMs / 2;
  let reason = "";
  for (;;) {
    const left = Math.min(patience, last - board.now());
    const said = yield* waitFor(board, left, (happening) => {
      if (happening.kind === "cancelled" && job !== undefined) return "cancelled";
      const message = programSays(happening);
      return message !== undefined && message.say !== "hello" && message.id === id ? message : undefined;
    });
    if (said === "cancelled") return { kind: "silent" };
    if (said === undefined && reason === "" && asked === 1) {
      asked++;
      board.send(prepareMessage);
      continue;
    }
    if (said === undefined && reason === "") return { kind: "silent" };
    if (said === undefined) {
      resume(board, id);
      return { kind: "refused", reason: `${reason} takes too long`, retryMs: 0 };
    }
    if (said.say === "ready") return { kind: "ready" };
    if (said.say === "refused") return { kind: "refused", reason: said.reason, retryMs: said.retryMs };
    if (said.say === "released")
      return { kind: "refused", reason: "the program gave up waiting", retryMs: 1000 };
    reason = said.reason;
    patience = said.waitMs + board.limits.answerMs;
    if (job !== undefined) tell(board, { event: "closing", reason, wait: Math.ceil(said.waitMs / 1000) });
  }
}

function* pauseUnlessCancelled(board: BoardContext, job: Job, ms: number): Script<void> {
  const until = board.now() + ms;
  while (!job.cancelled && board.now() < until)
    yield* waitFor(board, until - board.now(), (happening) =>
      happening.kind === "cancelled" ? true : undefined,
    );
  if (job.cancelled) throw cancelled();
}

export function cancelled(): UpdateRefused {
  return new UpdateRefused("UPLOAD_CANCELLED", "The upload was cancelled.");
}
