import { appHeaderLength, BundleKind } from "../../../core/bundle/header.js";
import { isTrailer, trailerHeadLength, trailerLength } from "../../../core/bundle/trailer.js";
import type { Chunk } from "../../../core/ports.js";
import { newJob, type PullJob } from "../../../core/pull/job.js";
import { reportUrl } from "../../../core/pull/request.js";
import { firstPollMs, nextPollMs } from "../../../core/pull/retry.js";
import { textField, u32 } from "../../../core/read.js";
import { blockedIn, updateMode } from "../../../core/update/errand.js";
import { errorText } from "../../../core/update/safe-state.js";
import { storageHeaderLength, storeFileName, storeLayout } from "../../../core/update/store.js";
import { headBytes } from "../ports/bytes.js";
import { engineMd5 } from "../ports/crypto.js";
import { Part, type PartTypes, type PullState, type Resident, type SlotFacts } from "../resident/resident.js";
import { appSlot, chance, modeOf, pollTimes, urlOf, wantsReports } from "./pull-settings.js";

/** What the server receives about a slot. */
export const pullSlot: PartTypes[Part.PullSlot] = (it, isAgent, slot) => {
  const layout = storeLayout(BOARD_BLOCK, BOARD_AGENT_BLOCKS, BOARD_APP_BLOCKS);
  const start = (isAgent ? layout.agent : layout.app)[slot] * BOARD_BLOCK - storageHeaderLength;
  const room = (isAgent ? BOARD_AGENT_BLOCKS : BOARD_APP_BLOCKS) * BOARD_BLOCK;
  const read = (length: number, offset: number): Chunk =>
    require("Storage").read(storeFileName, start + offset, length) as unknown as Chunk;
  const head = read(appHeaderLength, 0);
  let size = appHeaderLength + u32(headBytes, head, 12);
  if (size > room) return { md5: "", size: 0, version: "", name: "" };
  if (size + trailerLength <= room && isTrailer(headBytes, read(trailerHeadLength, size), size))
    size += trailerLength;
  const digest = engineMd5(() => it.load(Part.Md5))();
  for (let done = 0; done < size; done += BOARD_BLOCK)
    digest.update(read(size - done < BOARD_BLOCK ? size - done : BOARD_BLOCK, done));
  return {
    md5: digest.hex(),
    size: size,
    version: textField(headBytes, head, 80, 24),
    name: textField(headBytes, head, 56, 24),
  };
};

const nothing: SlotFacts = { md5: "", size: 0, version: "", name: "" };

/** What became of the update before this start; the slots are hashed only now that a server can be reached. */
function addNews(it: Resident, state: PullState): void {
  const boot = it.boot;
  const isBack = state.news === "rolled-back";
  const isAgent = isBack ? boot.agentBad && !boot.appBad : modeOf(state.options) === "agent";
  const runs = isAgent ? boot.agent : boot.app;
  state.news = "";
  // In safe mode nothing runs, and which app it was is not known.
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

/** Whether to poll now; otherwise, when. */
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
    it.notify({ event: "app-error", text: errorText(error) });
  }
  state.dueAt = times.everyMs === 0 ? -1 : now + nextPollMs(times, 0, 0, chance());
  return false;
}

/** What update mode has tried, which a restart forgets; in update mode it is the try under way. */
function recallBlocked(it: Resident, state: PullState): void {
  if (state.blocked !== undefined || it.boot.why === updateMode) return;
  const known = blockedIn(it.load(Part.Notes)().errand());
  if (known !== undefined) state.blocked = { image: known.image, failures: known.failures, last: it.now() };
}

export const pullPlan: PartTypes[Part.PullPlan] = (it, state): PullJob | string | undefined => {
  const options = state.options;
  const url = urlOf(options);
  if (typeof url === "string") return url;
  if (state.news !== "") addNews(it, state);
  const report = state.isDeaf ? undefined : state.reports[0];
  const isPoll = report === undefined;
  if (isPoll && !isDue(it, state)) return undefined;
  if (isPoll) recallBlocked(it, state);
  const mode = modeOf(options);
  const isAgent = mode === "agent";
  const runs = isAgent ? it.boot.agent : appSlot(it.boot);
  const isBad = isAgent ? it.boot.agentBad : it.boot.appBad;
  const running = isPoll && runs >= 0 ? it.load(Part.PullSlot)(it, isAgent, runs) : nothing;
  const bad = isPoll && runs >= 0 && isBad ? it.load(Part.PullSlot)(it, isAgent, 1 - runs) : nothing;
  const who = it.load(Part.PullFacts)(it, options, running, report);
  const version = options.currentVersion === undefined ? running.version : options.currentVersion;
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
    version: version,
    newerOnly: options.newerOnly === true,
    wants: {
      kind: isAgent ? BundleKind.Agent : mode === "app" ? BundleKind.App : 0,
      name: options.product === undefined ? running.name : options.product,
      oldest: options.newerOnly === true ? version : "",
    },
    blocked: state.blocked,
  });
};
