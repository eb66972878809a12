import { FaultNumber } from "../../../core/errors.js";
import { PullOutcome, PullPhase } from "../../../core/pull/job.js";
import { updateMode } from "../../../core/update/errand.js";
import { UpdatePhase } from "../../../core/update/update.js";
import type { PullOptions } from "../sluice.js";
import { load } from "./load.js";
import { Part, type PullState, type Resident } from "./resident.js";

export function newPull(it: Resident, options: PullOptions): PullState {
  const state: PullState = {
    options: options,
    fixed: false,
    done: undefined,
    last: undefined,
    job: undefined,
    work: undefined,
    // In update mode the errand decides when.
    dueAt: it.boot.why === updateMode ? -1 : -2,
    failures: 0,
    blocked: undefined,
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
  let run = it.run;
  let job = state.job;
  try {
    if (job === undefined) {
      // One thing at a time: there is memory for one.
      if (it.page !== undefined || it.push !== undefined || run !== undefined || it.due !== undefined)
        return false;
      const isNews = state.news !== "" || (state.reports.length > 0 && !state.isDeaf);
      if (!isOnline || ((state.dueAt === -1 || it.now() < state.dueAt) && !isNews)) return false;
      const plan = load(Part.PullPlan)(it, state);
      if (typeof plan === "string") load(Part.PullEnd)(it, state, plan);
      if (typeof plan !== "object") return false;
      job = plan;
      state.job = plan;
    }
    const offer = job.offer;
    if (offer !== undefined) {
      job.offer = undefined;
      run = it.open();
      job.fault = run.begin(it.now(), offer);
    } else if (job.phase === PullPhase.Preparing && run !== undefined) job.fault = run.poll(it.now());
    if (job.phase === PullPhase.Preparing && run !== undefined) {
      if (job.fault === undefined && run.phase !== UpdatePhase.Prepared && run.phase !== UpdatePhase.Idle)
        return true;
    }
    if (job.phase !== PullPhase.Over) {
      if (state.work === undefined) state.work = load(Part.Pull)(it, job);
      state.work();
      // However long the valves take, and for a restart into update mode, the job is enough.
      if (job.phase === PullPhase.Preparing) state.work = undefined;
      return true;
    }
    state.work = undefined;
    load(Part.PullEnd)(it, state, job);
  } catch (error) {
    const text = `${error}`;
    if (run !== undefined && job !== undefined && job.phase === PullPhase.Preparing)
      run.fail({ number: FaultNumber.OutOfMemory, code: "OUT_OF_MEMORY", text: text });
    state.work = undefined;
    // Too little memory now may be enough in a minute.
    state.dueAt = it.now() + 60000;
    it.notify({ event: "pull", result: "FAILED", code: "OUT_OF_MEMORY", text: text, version: "" });
  }
  state.job = undefined;
  if (job !== undefined && job.outcome === PullOutcome.Ok && job.plan.restarts) it.quit("update");
  return false;
}
