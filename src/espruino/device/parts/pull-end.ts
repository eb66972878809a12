import { explain } from "../../../core/pull/explain.js";
import { type PullEnd, PullOutcome, type PullResult } from "../../../core/pull/pull-plan.js";
import type { PullReport } from "../../../core/pull/report.js";
import { nextPollMs } from "../../../core/pull/schedule.js";
import { shunAfter } from "../../../core/pull/shun.js";
import type { PullOptions, PullReply } from "../sluice.js";
import { chance } from "./pull-chance.js";
import type { PullParts } from "./pull-parts.js";
import { pollTimes, targetOf, wantsReports } from "./pull-settings.js";

/** Reports that wait for a server; the oldest go first. */
const mostReports = 4;

function failureReport(options: PullOptions, result: PullResult): PullReport {
  return {
    // A refusal is no try of the image: a window, a valve that sticks.
    event: !result.tried && result.error > 0 ? "refused" : "failed",
    target: targetOf(options),
    version: result.version,
    md5: result.image.length === 32 ? result.image : "",
    code: result.code,
    text: result.detail.length > 0 ? result.detail : result.text,
  };
}

function remember(parts: PullParts, result: PullResult): void {
  const memory = parts.state;
  const isFailure = result.outcome === PullOutcome.Failed;
  const times = pollTimes(parts.state.options);
  // What the board refuses by itself is not the server's fault: it is asked again at the usual time.
  memory.failures = isFailure && result.error < 0 && result.image === "" ? memory.failures + 1 : 0;
  const wait = nextPollMs(times, memory.failures, result.retryAfter * 1000, chance());
  memory.dueAt = times.everyMs === 0 ? -1 : parts.it.now() + wait;
  if (!isFailure || result.image === "") return;
  if (result.tried) memory.shunned = shunAfter(memory.shunned, parts.it.now(), result.image);
  const refusal = result.tried ? "" : `${result.image} ${result.code}`;
  if (!wantsReports(parts.state.options) || (refusal !== "" && refusal === memory.refused)) return;
  memory.refused = refusal;
  if (memory.reports.length >= mostReports) memory.reports = memory.reports.slice(1);
  memory.reports[memory.reports.length] = failureReport(parts.state.options, result);
}

function nameOf(outcome: PullOutcome): "FAILED" | "NO_UPDATES" | "OK" {
  if (outcome === PullOutcome.NoUpdates) return "NO_UPDATES";
  return outcome === PullOutcome.Ok ? "OK" : "FAILED";
}

/** What became of a poll, in words; and when to ask again. */
export function concludePull(parts: PullParts, end: PullEnd): PullReply {
  const result = explain(end);
  remember(parts, result);
  return {
    result: nameOf(result.outcome),
    error: result.error,
    code: result.code,
    text: result.text,
    detail: result.detail,
    version: result.version,
  };
}
