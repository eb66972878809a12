import type { Fault } from "../errors.js";
import { jsonText } from "../text.js";
import { type Update, UpdatePhase } from "../update/update.js";
import type { WebReply } from "./reply.js";
import type { LoggedEvent, UpdateLog } from "./steps.js";

const mostSteps = 8;

/** One event of the update, as it happens. */
export function logEvent(log: UpdateLog, what: LoggedEvent): void {
  const event = what.event;
  if (event === "safe-state" || event === "safe") {
    if (log.steps.length >= mostSteps) log.steps = log.steps.slice(1);
    log.steps[log.steps.length] = event === "safe" ? event : `${what.step}: ${what.text}`;
    log.done = 0;
    log.total = 0;
  } else if (event === "invitation") {
    // It may be one that is refused, while another update is written.
    log.steps = [];
    log.error = undefined;
  } else if (event === "progress") {
    log.done = what.done || 0;
    log.total = what.total || 0;
  } else if (event === "error" || event === "refused") log.error = what;
}

/** What is wrong, as JSON. @param more members */
function wrong(why: LoggedEvent | Fault | undefined, more: string): string {
  if (why === undefined) return "null";
  return `{"code":${jsonText(why.code || "")},"text":${jsonText(why.text || "")}${more}}`;
}

/**
 * How far the update is, by whichever way it comes. Answered at once: 200, or, where it is to be prepared, 202 while it is on
 * its way.
 * @param isDue it has yet to begin (core/update/due.ts)
 * @param refused why no update may begin now, whatever it is
 * @param facts what runs, which board: members of a JSON object
 */
export function status(
  run: Update | undefined,
  isDue: boolean,
  log: UpdateLog,
  now: number,
  isPrepare: boolean,
  refused: Fault | undefined,
  facts: string,
): WebReply {
  let phase = isDue ? UpdatePhase.Preparing : UpdatePhase.Idle;
  if (run !== undefined) phase = run.phase;
  if (isPrepare && run !== undefined) log.prepared = run.offer;
  // The page polls and so keeps its preparation alive, unless another sender has taken it over.
  if (run !== undefined && log.prepared !== undefined && run.offer === log.prepared) run.park(now);
  let body = `{${facts},"state":"`;
  // By UpdatePhase: a board that restarts to make room is still preparing.
  body += "idle preparing prepared writing verified restarting preparing".split(" ")[phase];
  body += `","done":${log.done},"total":${log.total},"steps":[`;
  for (let i = 0; i < log.steps.length; i++) body += (i > 0 ? "," : "") + jsonText(log.steps[i]);
  const seconds = refused === undefined || refused.seconds === undefined ? 5 : refused.seconds;
  body += `],"refused":${wrong(refused, `,"seconds":${seconds}`)},"error":${wrong(log.error, "")}}`;
  const code = isPrepare && phase !== UpdatePhase.Prepared ? 202 : 200;
  return { status: code, type: "application/json", headers: "", body: body };
}
