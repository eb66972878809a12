import type { Fault } from "../errors.js";
import { jsonText } from "../text.js";
import { type Update, UpdatePhase } from "../update/update.js";
import type { WebReply } from "./reply.js";
import type { LoggedEvent, UpdateLog } from "./steps.js";

const mostSteps = 8;

/** One event of the update, as it happens. */
export function logEvent(told: UpdateLog, what: LoggedEvent): void {
  const event = what.event;
  if (event === "safe-state" || event === "safe") {
    if (told.steps.length >= mostSteps) told.steps = told.steps.slice(1);
    told.steps[told.steps.length] = event === "safe" ? event : `${what.step}: ${what.text}`;
    told.done = 0;
    told.total = 0;
  } else if (event === "invitation") {
    // It may be one that is refused, while another update is written.
    told.steps = [];
    told.error = undefined;
  } else if (event === "progress") {
    told.done = what.done || 0;
    told.total = what.total || 0;
  } else if (event === "error" || event === "refused") told.error = what;
}

/** What is wrong, as JSON. @param more members */
function wrong(why: LoggedEvent | Fault | undefined, more: string): string {
  if (why === undefined) return "null";
  return `{"code":${jsonText(why.code || "")},"text":${jsonText(why.text || "")}${more}}`;
}

/**
 * Tells how far the update is, whoever sends it. Answered at once: 200, or, to who wants it prepared, 202 while it is on
 * its way.
 * @param refused why no update may begin now, whatever it is
 * @param facts what runs, which board: members of a JSON object
 */
export function status(
  run: Update | undefined,
  told: UpdateLog,
  now: number,
  isPrepare: boolean,
  refused: Fault | undefined,
  facts: string,
): WebReply {
  const phase = run === undefined ? UpdatePhase.Idle : run.phase;
  if (isPrepare && run !== undefined) told.prepared = run.offer;
  // The page asks and so keeps its preparation alive, unless somebody else has taken it over.
  if (run !== undefined && told.prepared !== undefined && run.offer === told.prepared) run.park(now);
  let body = `{${facts},"state":"`;
  // By UpdatePhase: a board that restarts to make room is still preparing.
  body += "idle preparing prepared writing verified restarting preparing".split(" ")[phase];
  body += `","done":${told.done},"total":${told.total},"steps":[`;
  for (let i = 0; i < told.steps.length; i++) body += (i > 0 ? "," : "") + jsonText(told.steps[i]);
  const seconds = refused === undefined || refused.seconds === undefined ? 5 : refused.seconds;
  body += `],"refused":${wrong(refused, `,"seconds":${seconds}`)},"error":${wrong(told.error, "")}}`;
  const code = isPrepare && phase !== UpdatePhase.Prepared ? 202 : 200;
  return { status: code, type: "application/json", headers: "", body: body };
}
