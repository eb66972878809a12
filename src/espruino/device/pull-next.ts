import { introduce } from "../../core/pull/board-facts.js";
import { exchangeTimes } from "../../core/pull/exchange.js";
import { type PullReport, reportBody, reportUrl } from "../../core/pull/report.js";
import { reportRequest } from "../../core/pull/request.js";
import { firstPollMs, nextPollMs } from "../../core/pull/schedule.js";
import { errorText } from "../../core/safe-state.js";
import { chance } from "./pull-chance.js";
import { agentFacts, appFacts, boardFacts, nothing } from "./pull-facts.js";
import type { PullParts, PullStep } from "./pull-parts.js";
import { authorizationOf, modeOf, pollTimes, urlOf, wantsReports } from "./pull-settings.js";

function step(next: "wait" | "refuse", reason: string): PullStep {
  return {
    next: next,
    reason: reason,
    plan: undefined,
    taste: undefined,
    reportTo: undefined,
    reportRequest: "",
  };
}

/** What became of the update before this start; the slots are hashed only now that there is somebody to tell. */
function newsReport(parts: PullParts): PullReport | undefined {
  const state = parts.state;
  const isBack = parts.memory.news === "rolled-back";
  const isAgent = isBack ? state.agentBad && !state.appBad : modeOf(parts.options) === "agent";
  const runs = isAgent ? state.agent : parts.appSlot;
  // In safe mode nothing runs, and which app it was nobody can say.
  if (!wantsReports(parts.options) || runs < 0) return undefined;
  const slot = isBack ? 1 - runs : runs;
  const facts = isAgent ? agentFacts(parts.crypto, slot) : appFacts(parts.crypto, slot);
  return {
    event: isBack ? "rolled-back" : "installed",
    target: isAgent ? "agent" : "app",
    version: facts.version,
    md5: facts.md5,
    code: "",
    text: "",
  };
}

function mayAsk(parts: PullParts): boolean {
  const when = parts.options.when;
  if (when === undefined) return true;
  try {
    return when();
  } catch (error) {
    parts.notify({ event: "app-error", text: errorText(error) });
    return false;
  }
}

function pollStep(parts: PullParts, url: NonNullable<PullStep["reportTo"]>): PullStep {
  const options = parts.options;
  const state = parts.state;
  const mode = modeOf(options);
  const isAgent = mode === "agent";
  const running = isAgent ? agentFacts(parts.crypto, state.agent) : appFacts(parts.crypto, parts.appSlot);
  let bad = nothing;
  if (isAgent && state.agentBad) bad = agentFacts(parts.crypto, 1 - state.agent);
  else if (!isAgent && state.appBad && parts.appSlot >= 0) bad = appFacts(parts.crypto, 1 - parts.appSlot);
  const facts = boardFacts(parts, mode, running);
  const isFilesystem = mode === "spiffs" || mode === "littlefs" || mode === "fatfs" || mode === "flashfs";
  return {
    next: "poll",
    reason: "",
    plan: {
      url: url,
      authorization: authorizationOf(options),
      introduction: introduce(facts),
      asksVersion: mode === "version",
      command: isFilesystem ? 100 : 0,
      expectedMd5: options.md5 || "",
      restarts: options.rebootOnUpdate !== false,
      times: exchangeTimes,
    },
    taste: {
      runningMd5: running.md5,
      givenUpMd5: bad.md5,
      version: facts.version,
      newerOnly: options.newerOnly === true,
      shunned: parts.memory.shunned,
    },
    reportTo: undefined,
    reportRequest: "",
  };
}

/** What there is to do now: a report to be sent, a poll, nothing, or options of which nothing can be made. */
export function nextPull(parts: PullParts): PullStep {
  const memory = parts.memory;
  const url = urlOf(parts.options);
  if (typeof url === "string") return step("refuse", url);
  if (memory.news !== "") {
    const news = newsReport(parts);
    memory.news = "";
    if (news !== undefined) memory.reports.push(news);
  }
  if (memory.reports.length > 0 && !memory.isDeaf) {
    const facts = boardFacts(parts, modeOf(parts.options), nothing);
    const to = reportUrl(url);
    const body = reportBody(facts.mac, memory.reports[0]);
    const request = reportRequest(to, introduce(facts).userAgent, authorizationOf(parts.options), body);
    return {
      next: "report",
      reason: "",
      plan: undefined,
      taste: undefined,
      reportTo: to,
      reportRequest: request,
    };
  }
  const now = parts.now();
  if (memory.dueAt === -1 || now < memory.dueAt) return step("wait", "");
  const times = pollTimes(parts.options);
  if (memory.dueAt === -2 && times.everyMs > 0) {
    memory.dueAt = now + firstPollMs(times, chance());
    return step("wait", "");
  }
  if (mayAsk(parts)) return pollStep(parts, url);
  memory.dueAt = times.everyMs === 0 ? -1 : now + nextPollMs(times, 0, 0, chance());
  return step("wait", "");
}
