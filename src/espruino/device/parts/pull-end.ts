import { explain } from "../../../core/pull/explain.js";
import { PullError } from "../../../core/pull/pull-error.js";
import { PullOutcome, type PullResult } from "../../../core/pull/pull-job.js";
import { nextPollMs } from "../../../core/pull/schedule.js";
import { shunAfter } from "../../../core/pull/shun.js";
import { updateMode } from "../../../core/update/errand.js";
import { errorText } from "../../../core/update/safe-state.js";
import type { Part, PartTypes, PullState } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import type { PullReply } from "../sluice.js";
import { chance, modeOf, pollTimes, wantsReports } from "./pull-settings.js";

/** Reports that wait for a server; the oldest go first. */
const mostReports = 4;

/** When to ask again, and what the server has yet to hear. */
function remember(it: Resident, state: PullState, result: PullResult): void {
  const now = it.now();
  const isFailure = result.outcome === PullOutcome.Failed;
  const times = pollTimes(state.options);
  state.isDeaf = false;
  // What the board refuses by itself is not the server's fault: it is asked again at the usual time.
  state.failures = isFailure && result.error < 0 && result.image === "" ? state.failures + 1 : 0;
  const wait = nextPollMs(times, state.failures, result.retryAfter * 1000, chance());
  // In update mode once: the application asks again.
  state.dueAt = times.everyMs === 0 || it.boot.why === updateMode ? -1 : now + wait;
  if (!isFailure || result.image === "") return;
  if (result.tried) state.shunned = shunAfter(state.shunned, now, result.image);
  const refusal = result.tried ? "" : `${result.image} ${result.code}`;
  if (!wantsReports(state.options) || (refusal !== "" && refusal === state.refused)) return;
  const mode = modeOf(state.options);
  state.refused = refusal;
  if (state.reports.length >= mostReports) state.reports = state.reports.slice(1);
  state.reports[state.reports.length] = {
    // A refusal is no try of the image: a window, a valve that sticks.
    event: !result.tried && result.error > 0 ? "refused" : "failed",
    target: mode === "app" || mode === "agent" ? mode : "firmware",
    version: result.version,
    md5: result.image.length === 32 ? result.image : "",
    code: result.code,
    text: result.detail.length > 0 ? result.detail : result.text,
  };
}

/** What became of a poll or a report, for the application, the log and the next poll. */
export const pullEnd: PartTypes[Part.PullEnd] = (it, state, end) => {
  let reply: PullReply;
  if (typeof end === "string") {
    state.dueAt = -1;
    state.news = "";
    state.reports = [];
    reply = {
      result: "FAILED",
      error: PullError.BadOptions,
      code: "PULL_BAD_OPTIONS",
      text: "Bad Options",
      detail: end,
      version: "",
    };
  } else if (end.plan.body !== "") {
    // What was not taken is sent again after the next poll.
    if (end.outcome === PullOutcome.Ok) state.reports = state.reports.slice(1);
    else state.isDeaf = true;
    return;
  } else {
    const result = explain(end);
    const outcome = result.outcome;
    remember(it, state, result);
    reply = {
      result: outcome === PullOutcome.NoUpdates ? "NO_UPDATES" : outcome === PullOutcome.Ok ? "OK" : "FAILED",
      error: result.error,
      code: result.code,
      text: result.text,
      detail: result.detail,
      version: result.version,
    };
  }
  state.last = reply;
  const text = reply.detail.length > 0 ? reply.detail : reply.text;
  it.tell({ event: "pull", result: reply.result, code: reply.code, text: text, version: reply.version });
  const done = state.done;
  if (done === undefined) return;
  try {
    done(reply);
  } catch (error) {
    it.tell({ event: "app-error", text: errorText(error) });
  }
};
