import { openPull } from "./lazy/pull.js";
import type { Puller, PullMemory, PullParts } from "./pull-parts.js";
import type { PullOptions, PullReply } from "./sluice.js";

/** A pull takes some 1600 variables while it works (measured on the engine); the application must keep some. */
const neededVariables = 1900;
/** Too little memory now may be enough later, ms. */
const againMs = 60000;

type Done = (reply: PullReply) => void;

/**
 * All of the pull that is there between two polls: when the next one is due, and what the server has yet to hear. The
 * rest comes out of flash for each poll, and its variables are free again after it.
 */
export class PullDoor {
  private readonly memory: PullMemory;
  private options: PullOptions;
  private done: Done | undefined;
  private worker: Puller | undefined;
  private last: PullReply | undefined;

  /**
   * @param why of the start: "update", "rollback" or ""
   * @param isFixed the options are the board's own: applications do not change them
   */
  constructor(
    options: PullOptions,
    private readonly isFixed: boolean,
    why: string,
    private readonly parts: (options: PullOptions, memory: PullMemory, done: Done) => PullParts,
    private readonly now: () => number,
  ) {
    this.options = options;
    this.done = undefined;
    this.worker = undefined;
    this.last = undefined;
    this.memory = {
      dueAt: -2,
      failures: 0,
      shunned: undefined,
      news: why === "rollback" ? "rolled-back" : "",
      reports: [],
    };
  }

  /** What `ota.pull` is asked for. A poll under way goes on and ends with the caller's `done`. */
  ask(options: PullOptions, done: Done | undefined): void {
    this.done = done;
    if (!this.isFixed) this.options = options;
    if (!this.isFixed && options.everyMs) this.memory.dueAt = -2;
    else this.memory.dueAt = this.now();
  }

  lastReply(): PullReply | undefined {
    return this.last;
  }

  /** @returns whether it is at work */
  tick(isOnline: boolean): boolean {
    let worker = this.worker;
    if (worker === undefined) {
      worker = this.open(isOnline);
      if (worker === undefined) return false;
      this.worker = worker;
    }
    if (worker.tick()) return true;
    this.worker = undefined;
    return false;
  }

  /** The agent's word that what runs has proved itself. */
  confirmed(): void {
    this.memory.news = "installed";
  }

  private open(isOnline: boolean): Puller | undefined {
    const memory = this.memory;
    const now = this.now();
    const isDue = memory.dueAt !== -1 && now >= memory.dueAt;
    if (!isOnline || (!isDue && memory.news === "")) return undefined;
    if (process.memory().free >= neededVariables)
      return openPull(this.parts(this.options, memory, (reply) => this.ended(reply)));
    memory.dueAt = now + againMs;
    const text = "HTTP error: not enough ram";
    this.ended({ result: "FAILED", error: -8, code: "OUT_OF_MEMORY", text: text, detail: "", version: "" });
    return undefined;
  }

  private ended(reply: PullReply): void {
    this.last = reply;
    if (this.done !== undefined) this.done(reply);
  }
}
