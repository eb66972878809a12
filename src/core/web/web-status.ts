import type { Fault } from "../errors.js";
import { RunPhase, type UpdateRun } from "../update/update.js";
import type { Reply } from "./reply.js";
import type { Heard, WebTold } from "./web-host.js";

const mostSteps = 8;

/** One event of the update, as it happens. */
export function hear(told: WebTold, what: Heard): void {
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

/** `text` as a JSON string, for ASCII and what else stands in events; control characters become blanks. */
export function quoted(text: string): string {
  let safe = '"';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) safe += code < 32 ? " " : "?";
    else safe += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `${safe}"`;
}

/** What is wrong, as JSON. @param more members */
function wrong(why: Heard | Fault | undefined, more: string): string {
  if (why === undefined) return "null";
  return `{"code":${quoted(why.code || "")},"text":${quoted(why.text || "")}${more}}`;
}

/**
 * Tells how far the update is, whoever sends it. Answered at once: 200, or, to who wants it prepared, 202 while it is on
 * its way.
 * @param refused why no update may begin now, whatever it is
 * @param facts what runs, which board: members of a JSON object
 */
export function status(
  run: UpdateRun | undefined,
  told: WebTold,
  now: number,
  isPrepare: boolean,
  refused: Fault | undefined,
  facts: string,
): Reply {
  const phase = run === undefined ? RunPhase.Idle : run.phase;
  if (isPrepare && run !== undefined) told.prepared = run.offer;
  // The page asks and so keeps its preparation alive, unless somebody else has taken it over.
  if (run !== undefined && told.prepared !== undefined && run.offer === told.prepared) run.park(now);
  let body = `{${facts},"state":"`;
  // By RunPhase: a board that restarts to make room is still preparing.
  body += "idle preparing prepared writing verified restarting preparing".split(" ")[phase];
  body += `","done":${told.done},"total":${told.total},"steps":[`;
  for (let i = 0; i < told.steps.length; i++) body += (i > 0 ? "," : "") + quoted(told.steps[i]);
  const seconds = refused === undefined || refused.seconds === undefined ? 5 : refused.seconds;
  body += `],"refused":${wrong(refused, `,"seconds":${seconds}`)},"error":${wrong(told.error, "")}}`;
  const code = isPrepare && phase !== RunPhase.Prepared ? 202 : 200;
  return { status: code, type: "application/json", headers: "", body: body };
}
