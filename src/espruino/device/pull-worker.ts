import { FaultNumber, fault } from "../../core/errors.js";
import type { Chunk } from "../../core/ports.js";
import { exchangeTimes, type PullLink } from "../../core/pull/exchange.js";
import { PullAttempt } from "../../core/pull/pull-attempt.js";
import { PullError, pullFault } from "../../core/pull/pull-error.js";
import { PullOutcome, type PullResult } from "../../core/pull/pull-plan.js";
import type { PullUrl } from "../../core/pull/pull-url.js";
import { type PullReport, ReportTask } from "../../core/pull/report.js";
import { firstPollMs, nextPollMs } from "../../core/pull/schedule.js";
import { shunAfter, shunReason } from "../../core/pull/shun.js";
import { errorText } from "../../core/safe-state.js";
import { engineRandom } from "./engine-random.js";
import { agentFacts, appFacts, boardFacts, nothing } from "./pull-facts.js";
import { EngineLink } from "./pull-link.js";
import type { PullParts } from "./pull-parts.js";
import { authorizationOf, modeOf, pollTimes, targetOf, urlOf, wantsReports } from "./pull-settings.js";

/** Reports that wait for a server; the oldest go first. */
const mostReports = 4;

/** From hardware, 0 up to, not including, 1: boards that got power together must not ask together. */
function chance(): number {
  return parseInt(engineRandom.hex(3), 16) / 0x1000000;
}

/** Polls once, and tells the server what there is to tell, one connection after the other. */
export class PullWorker {
  private readonly link: PullLink;
  private attempt: PullAttempt | undefined;
  private report: ReportTask | undefined;
  private polled: boolean;
  /** The server takes no reports just now. */
  private isDeaf: boolean;

  constructor(private readonly parts: PullParts) {
    this.attempt = undefined;
    this.report = undefined;
    this.polled = false;
    this.isDeaf = false;
    this.link = new EngineLink({
      onConnected: () => this.onConnected(),
      onData: (data) => this.onData(data as unknown as Chunk),
      onClosed: () => this.onClosed(),
    });
  }

  /** @returns whether there is more to do */
  tick(): boolean {
    try {
      return this.goOn();
    } catch (error) {
      const text = errorText(error);
      this.link.close();
      if (this.attempt !== undefined) this.attempt.abandon(fault(FaultNumber.Aborted, text));
      this.finish(pullFault(PullError.NotEnoughRam, text));
      return false;
    }
  }

  private onConnected(): void {
    if (this.report !== undefined) this.report.onConnected(this.parts.now());
    else if (this.attempt !== undefined) this.attempt.onConnected(this.parts.now());
  }

  private onData(data: Chunk): void {
    if (this.report !== undefined) this.report.onData(this.parts.now(), data);
    else if (this.attempt !== undefined) this.attempt.onData(this.parts.now(), data);
  }

  private onClosed(): void {
    if (this.report !== undefined) this.report.onClosed();
    else if (this.attempt !== undefined) this.attempt.onClosed(this.parts.now());
  }

  private goOn(): boolean {
    const now = this.parts.now();
    const memory = this.parts.memory;
    if (this.report !== undefined) {
      this.report.tick(now);
      if (!this.report.isOver()) return true;
      if (this.report.isTaken()) memory.reports = memory.reports.slice(1);
      else this.isDeaf = true;
      this.report = undefined;
    }
    if (this.attempt !== undefined) {
      this.attempt.tick(now);
      const result = this.attempt.result();
      if (result !== undefined) {
        this.attempt = undefined;
        this.ended(result);
      }
      return true;
    }
    const url = urlOf(this.parts.options);
    if (typeof url === "string") {
      this.finish(pullFault(PullError.BadOptions, url));
      memory.dueAt = -1;
      return false;
    }
    if (memory.news !== "") this.tellNews();
    if (memory.reports.length > 0 && !this.isDeaf) {
      this.send(now, url);
      return true;
    }
    return this.poll(now, url);
  }

  private send(now: number, url: PullUrl): void {
    const parts = this.parts;
    const facts = boardFacts(parts, modeOf(parts.options), nothing);
    const password = authorizationOf(parts.options);
    const one = parts.memory.reports[0];
    this.report = new ReportTask(parts.bytes, this.link, url, facts, password, one, exchangeTimes);
    this.report.start(now);
  }

  private poll(now: number, url: PullUrl): boolean {
    const memory = this.parts.memory;
    if (this.polled || memory.dueAt === -1 || now < memory.dueAt) return false;
    this.polled = true;
    const times = pollTimes(this.parts.options);
    if (memory.dueAt === -2 && times.everyMs > 0) {
      memory.dueAt = now + firstPollMs(times, chance());
      return false;
    }
    if (!this.mayAsk()) {
      memory.dueAt = times.everyMs === 0 ? -1 : now + nextPollMs(times, 0, 0, chance());
      return false;
    }
    this.attempt = this.makeAttempt(url);
    this.attempt.start(now);
    return true;
  }

  private mayAsk(): boolean {
    const when = this.parts.options.when;
    if (when === undefined) return true;
    try {
      return when();
    } catch (error) {
      this.parts.notify({ event: "app-error", text: errorText(error) });
      return false;
    }
  }

  private makeAttempt(url: PullUrl): PullAttempt {
    const parts = this.parts;
    const options = parts.options;
    const state = parts.state;
    const mode = modeOf(options);
    const isAgent = mode === "agent";
    const running = isAgent ? agentFacts(parts.crypto, state.agent) : appFacts(parts.crypto, parts.appSlot);
    let bad = nothing;
    if (isAgent && state.agentBad) bad = agentFacts(parts.crypto, 1 - state.agent);
    else if (!isAgent && state.appBad && parts.appSlot >= 0) bad = appFacts(parts.crypto, 1 - parts.appSlot);
    return new PullAttempt(parts.bytes, parts.run, this.link, {
      url: url,
      authorization: authorizationOf(options),
      facts: boardFacts(parts, mode, running),
      expectedMd5: options.md5 || "",
      runningMd5: running.md5,
      givenUpMd5: bad.md5,
      newerOnly: options.newerOnly === true,
      restarts: options.rebootOnUpdate !== false,
      shunned: (image) => shunReason(parts.memory.shunned, parts.now(), image),
      times: exchangeTimes,
    });
  }

  /** What became of the update before this start; the slots are hashed only now that there is somebody to tell. */
  private tellNews(): void {
    const parts = this.parts;
    const state = parts.state;
    const isBack = parts.memory.news === "rolled-back";
    parts.memory.news = "";
    const isAgent = isBack ? state.agentBad && !state.appBad : modeOf(parts.options) === "agent";
    const runs = isAgent ? state.agent : parts.appSlot;
    // In safe mode nothing runs, and which app it was nobody can say.
    if (!wantsReports(parts.options) || runs < 0) return;
    const slot = isBack ? 1 - runs : runs;
    const facts = isAgent ? agentFacts(parts.crypto, slot) : appFacts(parts.crypto, slot);
    this.add({
      event: isBack ? "rolled-back" : "installed",
      target: isAgent ? "agent" : "app",
      version: facts.version,
      md5: facts.md5,
      code: "",
      text: "",
    });
  }

  private add(one: PullReport): void {
    const memory = this.parts.memory;
    if (memory.reports.length >= mostReports) memory.reports = memory.reports.slice(1);
    memory.reports.push(one);
  }

  private ended(result: PullResult): void {
    const parts = this.parts;
    const memory = parts.memory;
    const times = pollTimes(parts.options);
    const isFailure = result.outcome === PullOutcome.Failed;
    // What the board refuses by itself is not the server's fault: it is asked again at the usual time.
    memory.failures = isFailure && result.error < 0 && result.image === "" ? memory.failures + 1 : 0;
    const wait = nextPollMs(times, memory.failures, result.retryAfter * 1000, chance());
    memory.dueAt = times.everyMs === 0 ? -1 : parts.now() + wait;
    if (isFailure && result.image !== "") {
      if (result.tried) memory.shunned = shunAfter(memory.shunned, parts.now(), result.image);
      if (wantsReports(parts.options)) this.add(this.failureReport(result));
    }
    this.tell(result);
    const isUpdate = result.outcome === PullOutcome.Ok && modeOf(parts.options) !== "version";
    if (isUpdate && parts.options.rebootOnUpdate !== false) parts.restart();
  }

  private failureReport(result: PullResult): PullReport {
    return {
      event: !result.tried && result.error > 0 ? "refused" : "failed",
      target: targetOf(this.parts.options),
      version: result.version,
      md5: result.image.length === 32 ? result.image : "",
      code: result.code,
      text: result.detail.length > 0 ? result.detail : result.text,
    };
  }

  /** Ends a poll that never came to ask. */
  private finish(why: { number: number; code: string; text: string; detail: string }): void {
    const times = pollTimes(this.parts.options);
    this.parts.memory.news = "";
    this.parts.memory.dueAt = times.everyMs === 0 ? -1 : this.parts.now() + nextPollMs(times, 1, 0, chance());
    this.tell({
      outcome: PullOutcome.Failed,
      error: why.number,
      code: why.code,
      text: why.text,
      detail: why.detail,
      version: "",
    });
  }

  private tell(result: Pick<PullResult, "outcome" | "error" | "code" | "text" | "detail" | "version">): void {
    let name: "FAILED" | "NO_UPDATES" | "OK" = "FAILED";
    if (result.outcome === PullOutcome.NoUpdates) name = "NO_UPDATES";
    if (result.outcome === PullOutcome.Ok) name = "OK";
    const text = result.detail.length > 0 ? result.detail : result.text;
    this.parts.notify({
      event: "pull",
      result: name,
      code: result.code,
      text: text,
      version: result.version,
    });
    this.parts.done({
      result: name,
      error: result.error,
      code: result.code,
      text: result.text,
      detail: result.detail,
      version: result.version,
    });
  }
}
