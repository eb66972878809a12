import type { SafeStep } from "../../src/core/update/safe-state.js";

/** How a step behaves; times in ms of the test's clock. */
export interface StepPlan {
  readonly deadlineMs?: number;
  /** ms from `enter` to the first `true`; Infinity never. */
  readonly takesMs?: number;
  readonly enterThrows?: string;
  readonly checkThrows?: string;
  readonly leaveThrows?: string;
}

/** A valve with a motor under the test's clock, and what was done to it. */
export class TestStep implements SafeStep {
  readonly deadlineMs: number;
  readonly log: string[];
  entered = 0;
  left = 0;
  /** What the last check returned; undefined before the first. */
  lastCheck: true | string | undefined;
  /** Set to make it unsafe again. */
  broken: string | undefined;
  private enteredAt = 0;

  constructor(
    readonly name: string,
    private readonly now: () => number,
    private readonly plan: StepPlan = {},
    log: string[] = [],
  ) {
    this.deadlineMs = plan.deadlineMs ?? 5000;
    this.log = log;
  }

  readonly enter = (): void => {
    this.entered++;
    this.enteredAt = this.now();
    this.log.push(`enter ${this.name}`);
    if (this.plan.enterThrows !== undefined) throw new Error(this.plan.enterThrows);
  };

  readonly check = (): true | string => {
    this.lastCheck = "threw";
    if (this.plan.checkThrows !== undefined) throw new Error(this.plan.checkThrows);
    const done = this.now() - this.enteredAt >= (this.plan.takesMs ?? 0);
    this.lastCheck = this.broken ?? (done ? true : `closing ${this.name}`);
    return this.lastCheck;
  };

  readonly leave = (): void => {
    this.left++;
    this.log.push(`leave ${this.name}`);
    if (this.plan.leaveThrows !== undefined) throw new Error(this.plan.leaveThrows);
  };
}
