import { errorText } from "../../core/safe-state.js";
import { openAttempt } from "./on-demand/pull-attempt.js";
import { endPull } from "./on-demand/pull-end.js";
import { nextPullStep } from "./on-demand/pull-next.js";
import { judgeImage } from "./on-demand/pull-objection.js";
import { judgeRedirect } from "./on-demand/pull-redirect.js";
import { openReport } from "./on-demand/pull-report.js";
import type { PullJob, PullMemory, PullParts, PullStep } from "./pull-parts.js";
import type { PullOptions, PullReply } from "./sluice.js";

/** A pull takes so many variables at most (test/engines/espruino/pull.test.ts); the application must keep some. */
const neededVariables = 1000;
/** Too little memory now may be enough later, ms. */
const againMs = 60000;

type Done = (reply: PullReply) => void;

/**
 * All of the pull that is there between two polls: when the next one is due, and what the server has yet to hear. The
 * rest comes out of flash stage by stage, and its variables are free again after each.
 */
export class PullDoor {
  private readonly memory: PullMemory;
  private options: PullOptions;
  private done: Done | undefined;
  private last: PullReply | undefined;
  private parts: PullParts | undefined;
  private job: PullJob | undefined;

  /**
   * @param why of the start: "update", "rollback" or ""
   * @param isFixed the options are the board's own: applications do not change them
   */
  constructor(
    options: PullOptions,
    private readonly isFixed: boolean,
    why: string,
    private readonly makeParts: (options: PullOptions, memory: PullMemory) => PullParts,
    private readonly now: () => number,
    private readonly tell: (event: object) => void,
  ) {
    this.options = options;
    this.done = undefined;
    this.last = undefined;
    this.parts = undefined;
    this.job = undefined;
    this.memory = {
      dueAt: -2,
      failures: 0,
      shunned: undefined,
      news: why === "rollback" ? "rolled-back" : "",
      reports: [],
      refused: "",
      isDeaf: false,
    };
  }

  /** What `ota.pull` is asked for. A poll under way goes on and ends with the caller's `done`. */
  ask(options: PullOptions, done: Done | undefined): void {
    this.done = done;
    if (!this.isFixed) this.options = options;
    this.memory.dueAt = this.isFixed || !options.everyMs ? this.now() : -2;
  }

  lastReply(): PullReply | undefined {
    return this.last;
  }

  /** The agent's word that what runs has proved itself. */
  confirmed(): void {
    this.memory.news = "installed";
  }

  /** @returns whether it is at work */
  tick(isOnline: boolean): boolean {
    try {
      const job = this.job;
      if (job === undefined) return this.open(isOnline);
      if (job.tick()) return true;
      this.job = undefined;
      this.ended(job);
      return true;
    } catch (error) {
      this.broken(errorText(error));
      return false;
    }
  }

  private open(isOnline: boolean): boolean {
    const memory = this.memory;
    const now = this.now();
    const isDue = memory.dueAt !== -1 && now >= memory.dueAt;
    const isNews = memory.news !== "" || (memory.reports.length > 0 && !memory.isDeaf);
    if (!isOnline || (!isDue && !isNews)) return false;
    // The engine for Linux makes itself more.
    if (BOARD_CHIP !== "linux" && process.memory().free < neededVariables) {
      this.broken("too few variables are free");
      return false;
    }
    const parts = this.makeParts(this.options, memory);
    this.parts = parts;
    const step = nextPullStep(parts);
    if (step.next === "refuse") {
      memory.dueAt = -1;
      this.fail(-120, "PULL_BAD_OPTIONS", "Bad Options", step.reason);
    } else this.job = this.jobOf(parts, step);
    return this.job !== undefined;
  }

  private jobOf(parts: PullParts, step: PullStep): PullJob | undefined {
    const plan = step.plan;
    const taste = step.taste;
    if (step.reportTo !== undefined)
      return openReport({ parts: parts, to: step.reportTo, request: step.reportRequest });
    if (plan === undefined || taste === undefined) return undefined;
    return openAttempt({
      bytes: parts.bytes,
      run: parts.run,
      now: parts.now,
      plan: plan,
      objection: (image) => judgeImage({ taste: taste, now: parts.now(), image: image }),
      redirected: (from, location) => judgeRedirect({ origin: plan.url, from: from, location: location }),
    });
  }

  private ended(job: PullJob): void {
    const parts = this.parts;
    const end = job.end();
    if (parts === undefined) return;
    if (typeof end === "boolean") {
      // What was not taken is told again after the next poll.
      if (end) this.memory.reports = this.memory.reports.slice(1);
      else this.memory.isDeaf = true;
      return;
    }
    this.memory.isDeaf = false;
    const verdict = endPull({ parts: parts, end: end });
    this.parts = undefined;
    this.say(verdict.reply);
    if (verdict.restarts) parts.restart();
  }

  /** The poll cannot be made, or something threw in it. */
  private broken(why: string): void {
    const job = this.job;
    this.job = undefined;
    this.memory.dueAt = this.options.everyMs ? this.now() + againMs : -1;
    if (job !== undefined) job.abandon(why);
    this.fail(-8, "OUT_OF_MEMORY", "HTTP error: not enough ram", why);
  }

  private fail(error: number, code: string, text: string, detail: string): void {
    this.say({ result: "FAILED", error: error, code: code, text: text, detail: detail, version: "" });
  }

  private say(reply: PullReply): void {
    this.last = reply;
    const text = reply.detail.length > 0 ? reply.detail : reply.text;
    this.tell({ event: "pull", result: reply.result, code: reply.code, text: text, version: reply.version });
    const done = this.done;
    if (done === undefined) return;
    try {
      done(reply);
    } catch (error) {
      this.tell({ event: "app-error", text: errorText(error) });
    }
  }
}
