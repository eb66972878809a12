import { updateMode } from "../../../core/errand.js";
import { type PullJob, PullOutcome } from "../../../core/pull/pull-job.js";
import type { PullOptions } from "../sluice.js";
import { load } from "./load.js";
import { Part, type PullState } from "./parts.js";
import type { Resident } from "./resident.js";

/** Too little memory now may be enough later, ms. */
const againMs = 60000;

export function newPull(it: Resident, options: PullOptions): PullState {
  const state: PullState = {
    options: options,
    fixed: false,
    done: undefined,
    last: undefined,
    job: undefined,
    // In update mode the errand says when.
    dueAt: it.boot.why === updateMode ? -1 : -2,
    failures: 0,
    shunned: undefined,
    news: it.boot.why === "rollback" ? "rolled-back" : "",
    reports: [],
    refused: "",
    isDeaf: false,
  };
  it.pull = state;
  return state;
}

/** Polls when it is time. @returns whether one is under way */
export function pullWorks(it: Resident, state: PullState, isOnline: boolean): boolean {
  let job: PullJob | string | undefined;
  try {
    if (state.job === undefined) {
      // One thing at a time: there is memory for one.
      if (it.page !== undefined || it.push !== undefined || it.run !== undefined) return false;
      const isNews = state.news !== "" || (state.reports.length > 0 && !state.isDeaf);
      if (!isOnline || ((state.dueAt === -1 || it.now() < state.dueAt) && !isNews)) return false;
      job = load(Part.PullPlan)(it, state);
      if (job === undefined) return false;
      if (typeof job !== "string") {
        state.job = load(Part.Pull)(it, job);
        return true;
      }
    } else {
      job = state.job();
      if (job === undefined) return true;
      // The next part needs the room.
      state.job = undefined;
    }
    load(Part.PullEnd)(it, state, job);
  } catch (error) {
    state.job = undefined;
    state.dueAt = it.now() + againMs;
    it.tell({ event: "pull", result: "FAILED", code: "OUT_OF_MEMORY", text: `${error}`, version: "" });
  }
  if (typeof job === "object" && job.outcome === PullOutcome.Ok && job.plan.restarts) it.quit("update");
  return false;
}
