import { RunPhase } from "../update-run.js";
import type { WebHost } from "./web-host.js";

/** What the run has told of itself, as far as the status repeats it. */
export interface Heard {
  readonly event: string;
  readonly step?: string;
  readonly text?: string;
  readonly code?: string;
  readonly done?: number;
  readonly total?: number;
}

const mostSteps = 8;

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

function stateName(phase: RunPhase): string {
  switch (phase) {
    case RunPhase.Preparing:
      return "preparing";
    case RunPhase.Prepared:
      return "prepared";
    case RunPhase.Writing:
      return "writing";
    case RunPhase.Verified:
      return "verified";
    case RunPhase.Committed:
      return "restarting";
    default:
      return "idle";
  }
}

function refusedJson(host: WebHost): string {
  const why = host.refusal();
  if (why === undefined) return "null";
  const seconds = why.seconds === undefined ? 5 : why.seconds;
  return `{"code":${quoted(why.code)},"text":${quoted(why.text)},"seconds":${seconds}}`;
}

/** Listens to the events of the update, whoever sends it, and tells it as `GET …/status`. */
export class WebStatus {
  private steps: string[];
  private error: string;
  private done: number;
  private total: number;

  constructor() {
    this.steps = [];
    this.error = "null";
    this.done = 0;
    this.total = 0;
  }

  /** One event, as it happens. */
  heard(what: Heard): void {
    if (what.event === "safe-state") {
      if (this.steps.length >= mostSteps) this.steps = this.steps.slice(1);
      this.steps[this.steps.length] = `${what.step}: ${what.text}`;
    } else if (what.event === "safe") {
      this.steps[this.steps.length] = "safe";
    } else if (what.event === "invitation") {
      this.steps = [];
      this.error = "null";
      this.progress(0, 0);
    } else if (what.event === "progress") {
      this.progress(what.done === undefined ? 0 : what.done, what.total === undefined ? 0 : what.total);
    } else if (what.event === "error" || what.event === "refused") {
      const code = what.code === undefined ? "" : what.code;
      this.error = `{"code":${quoted(code)},"text":${quoted(what.text === undefined ? "" : what.text)}}`;
    }
  }

  /** Finer than the events, for who sends by the web. */
  progress(done: number, total: number): void {
    this.done = done;
    this.total = total;
  }

  json(host: WebHost): string {
    let steps = "";
    for (const step of this.steps) steps += `${steps.length > 0 ? "," : ""}${quoted(step)}`;
    const state = stateName(host.run.phase);
    const room = `"sketchSpace":${host.freeSpace(0)},"filesystemSpace":${host.freeSpace(100)}`;
    const update = `"state":"${state}","done":${this.done},"total":${this.total},"steps":[${steps}]`;
    return `{${host.facts()},${room},${update},"refused":${refusedJson(host)},"error":${this.error}}`;
  }
}
