import { nameOfImage, PullError, type PullJob, PullOutcome } from "../../../core/pull/job.js";
import { explain, type PullReply } from "../../../core/pull/result.js";
import { blockAfter, nextPollMs, retryAfterMs } from "../../../core/pull/retry.js";
import { updateMode } from "../../../core/update/errand.js";
import { errorText } from "../../../core/update/safe-state.js";
import type { Part, PartTypes, PullState, Resident } from "../resident/resident.js";
import { chance, modeOf, pollTimes, wantsReports } from "./pull-settings.js";

/** Reports that wait for a server; the oldest go first. */
const mostReports = 4;

/** When to poll again, and what the server has yet to receive. */
function remember(it: Resident, state: PullState, job: PullJob, reply: PullReply): void {
  const now = it.now();
  const isFailure = job.outcome === PullOutcome.Failed;
  const image = nameOfImage(job.image);
  const times = pollTimes(state.options);
  state.isDeaf = false;
  // What the board refuses by itself is not the server's fault: the next poll comes at the usual time.
  state.failures = isFailure && reply.error < 0 && image === "" ? state.failures + 1 : 0;
  const wait = nextPollMs(times, state.failures, retryAfterMs(job), chance());
  // In update mode once: the application polls again.
  state.dueAt = times.everyMs === 0 || it.boot.why === updateMode ? -1 : now + wait;
  if (!isFailure || image === "") return;
  if (job.tried) state.blocked = blockAfter(state.blocked, now, image);
  const refusal = job.tried ? "" : `${image} ${reply.code}`;
  if (!wantsReports(state.options) || (refusal !== "" && refusal === state.refused)) return;
  const mode = modeOf(state.options);
  state.refused = refusal;
  if (state.reports.length >= mostReports) state.reports = state.reports.slice(1);
  state.reports[state.reports.length] = {
    // A refusal is no try of the image: a window, a valve that sticks.
    event: !job.tried && reply.error > 0 ? "refused" : "failed",
    target: mode === "app" || mode === "agent" ? mode : "firmware",
    version: reply.version,
    md5: image.length === 32 ? image : "",
    code: reply.code,
    text: reply.detail.length > 0 ? reply.detail : reply.text,
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
    reply = explain(end);
    remember(it, state, end, reply);
  }
  state.last = reply;
  const text = reply.detail.length > 0 ? reply.detail : reply.text;
  it.notify({ event: "pull", result: reply.result, code: reply.code, text: text, version: reply.version });
  const done = state.done;
  if (done === undefined) return;
  try {
    done(reply);
  } catch (error) {
    it.notify({ event: "app-error", text: errorText(error) });
  }
};
