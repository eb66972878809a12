import { introduce } from "../../../core/pull/board-facts.js";
import { exchangeTimes } from "../../../core/pull/exchange.js";
import { type PullReport, reportBody, reportUrl } from "../../../core/pull/report.js";
import { reportRequest } from "../../../core/pull/request.js";
import { firstPollMs, nextPollMs } from "../../../core/pull/schedule.js";
import { errorText } from "../../../core/safe-state.js";
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
  const boot = parts.it.boot;
  const isBack = parts.state.news === "rolled-back";
  const isAgent = isBack ? boot.agentBad && !boot.appBad : modeOf(parts.state.options) === "agent";
  const runs = isAgent ? boot.agent : boot.app;
  // In safe mode nothing runs, and which app it was nobody can say.
  if (!wantsReports(parts.state.options) || runs < 0) return undefined;
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
  const when = parts.state.options.when;
  if (when === undefined) return true;
  try {
    return when();
  } catch (error) {
    parts.it.tell({ event: "app-error", text: errorText(error) });
    return false;
  }
}

function pollStep(parts: PullParts, url: NonNullable<PullStep["reportTo"]>): PullStep {
  const options = parts.state.options;
  const boot = parts.it.boot;
  const mode = modeOf(options);
  const isAgent = mode === "agent";
  const running = isAgent ? agentFacts(parts.crypto, boot.agent) : appFacts(parts.crypto, boot.app);
  let bad = nothing;
  if (isAgent && boot.agentBad) bad = agentFacts(parts.crypto, 1 - boot.agent);
  else if (!isAgent && boot.appBad && boot.app >= 0) bad = appFacts(parts.crypto, 1 - boot.app);
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
      shunned: parts.state.shunned,
    },
    reportTo: undefined,
    reportRequest: "",
  };
}

/** What there is to do now: a report to be sent, a poll, nothing, or options of which nothing can be made. */
export function nextPull(parts: PullParts): PullStep {
  const memory = parts.state;
  const url = urlOf(parts.state.options);
  if (typeof url === "string") return step("refuse", url);
  if (memory.news !== "") {
    const news = newsReport(parts);
    memory.news = "";
    if (news !== undefined) memory.reports[memory.reports.length] = news;
  }
  if (memory.reports.length > 0 && !memory.isDeaf) {
    const facts = boardFacts(parts, modeOf(parts.state.options), nothing);
    const to = reportUrl(url);
    const body = reportBody(facts.mac, memory.reports[0]);
    const request = reportRequest(to, introduce(facts).userAgent, authorizationOf(parts.state.options), body);
    return {
      next: "report",
      reason: "",
      plan: undefined,
      taste: undefined,
      reportTo: to,
      reportRequest: request,
    };
  }
  const now = parts.it.now();
  if (memory.dueAt === -1 || now < memory.dueAt) return step("wait", "");
  const times = pollTimes(parts.state.options);
  if (memory.dueAt === -2 && times.everyMs > 0) {
    memory.dueAt = now + firstPollMs(times, chance());
    return step("wait", "");
  }
  if (mayAsk(parts)) return pollStep(parts, url);
  memory.dueAt = times.everyMs === 0 ? -1 : now + nextPollMs(times, 0, 0, chance());
  return step("wait", "");
}
