import { newJob, type PullJob } from "../../../core/pull/pull-job.js";
import { reportUrl } from "../../../core/pull/report.js";
import { firstPollMs, nextPollMs } from "../../../core/pull/schedule.js";
import { shunnedIn, updateMode } from "../../../core/update/errand.js";
import { errorText } from "../../../core/update/safe-state.js";
import { Part, type PartTypes, type PullState, type SlotFacts } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { appSlot, chance, modeOf, pollTimes, urlOf, wantsReports } from "./pull-settings.js";

declare const exports: { open: PartTypes[Part.PullPlan] };

const nothing: SlotFacts = { md5: "", size: 0, version: "", name: "" };

/** What became of the update before this start; the slots are hashed only now that there is somebody to tell. */
function addNews(it: Resident, state: PullState): void {
  const boot = it.boot;
  const isBack = state.news === "rolled-back";
  const isAgent = isBack ? boot.agentBad && !boot.appBad : modeOf(state.options) === "agent";
  const runs = isAgent ? boot.agent : boot.app;
  state.news = "";
  // In safe mode nothing runs, and which app it was nobody can say.
  if (!wantsReports(state.options) || runs < 0) return;
  const facts = it.load(Part.PullSlot)(it, isAgent, isBack ? 1 - runs : runs);
  state.reports[state.reports.length] = {
    event: isBack ? "rolled-back" : "installed",
    target: isAgent ? "agent" : "app",
    version: facts.version,
    md5: facts.md5,
    code: "",
    text: "",
  };
}

/** Whether to ask now; otherwise, when. */
function isDue(it: Resident, state: PullState): boolean {
  const now = it.now();
  if (state.dueAt === -1 || now < state.dueAt) return false;
  const times = pollTimes(state.options);
  if (state.dueAt === -2 && times.everyMs > 0) {
    state.dueAt = now + firstPollMs(times, chance());
    return false;
  }
  const when = state.options.when;
  try {
    if (when === undefined || when()) return true;
  } catch (error) {
    it.tell({ event: "app-error", text: errorText(error) });
  }
  state.dueAt = times.everyMs === 0 ? -1 : now + nextPollMs(times, 0, 0, chance());
  return false;
}

/** What update mode has tried, which a restart forgets; there it is this very try. */
function recallShunned(it: Resident, state: PullState): void {
  if (state.shunned !== undefined || it.boot.why === updateMode) return;
  const known = shunnedIn(it.load(Part.Notes)().errand());
  if (known !== undefined) state.shunned = { image: known.image, failures: known.failures, last: it.now() };
}

exports.open = (it, state): PullJob | string | undefined => {
  const options = state.options;
  const url = urlOf(options);
  if (typeof url === "string") return url;
  if (state.news !== "") addNews(it, state);
  const report = state.isDeaf ? undefined : state.reports[0];
  const isPoll = report === undefined;
  if (isPoll && !isDue(it, state)) return undefined;
  if (isPoll) recallShunned(it, state);
  const mode = modeOf(options);
  const isAgent = mode === "agent";
  const runs = isAgent ? it.boot.agent : appSlot(it.boot);
  const isBad = isAgent ? it.boot.agentBad : it.boot.appBad;
  const running = isPoll && runs >= 0 ? it.load(Part.PullSlot)(it, isAgent, runs) : nothing;
  const bad = isPoll && runs >= 0 && isBad ? it.load(Part.PullSlot)(it, isAgent, 1 - runs) : nothing;
  const who = it.load(Part.PullFacts)(it, options, running, report);
  const isFilesystem = mode === "spiffs" || mode === "littlefs" || mode === "fatfs" || mode === "flashfs";
  return newJob({
    url: isPoll ? url : reportUrl(url),
    userAgent: who.userAgent,
    lines: who.lines,
    authorization: who.authorization,
    body: who.body,
    asksVersion: mode === "version",
    command: isFilesystem ? 100 : 0,
    expectedMd5: options.md5 || "",
    restarts: isPoll && mode !== "version" && options.rebootOnUpdate !== false,
    runningMd5: running.md5,
    givenUpMd5: bad.md5,
    version: options.currentVersion === undefined ? running.version : options.currentVersion,
    newerOnly: options.newerOnly === true,
    shunned: state.shunned,
  });
};
