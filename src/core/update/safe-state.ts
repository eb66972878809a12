/** One thing that must be safe before the first byte is written: a set of valves, a pump, a heater. */
export interface SafeStep {
  /** For messages: "valves". */
  readonly name: string;
  /** How long it may take, ms. Later than that refuses the update. */
  readonly deadlineMs: number;
  /** Starts to make it safe and returns at once. Throwing refuses the update with the error's message. */
  readonly enter: () => void;
  /**
   * Called again and again: `true` once it is verified safe (the sensor reads closed, not "the command was given");
   * otherwise a few words on what it waits for, e.g. "closing valve 2". Throwing refuses the update.
   */
  readonly check: () => true | string;
  /** The update did not happen after all: go on where it was left. Called in reverse order. */
  readonly leave: () => void;
}

export const enum SafeStatus {
  /** The application does what it likes. */
  Free = 0,
  Closing = 1,
  Safe = 2,
  Failed = 3,
}

export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message;
  return `${error}`;
}

/**
 * Brings the steps to their safe state in order, each verified before the next begins, and leaves them in
 * reverse. A step that throws or runs late fails the whole; what was entered until then is left again.
 */
export class SafeState {
  status: SafeStatus = SafeStatus.Free;
  /** Set only while free: an update under way keeps the steps it began with. */
  steps: SafeStep[] = [];
  /** Index of the step under way. */
  private current = 0;
  private enteredAt = 0;
  /** What is being waited for, or why it failed. */
  text = "";

  /** Name of the step under way. */
  stepName(): string {
    return this.current < this.steps.length ? this.steps[this.current].name : "";
  }

  /** ms that it may still take at worst. */
  remainingMs(now: number): number {
    if (this.status !== SafeStatus.Closing) return 0;
    let rest = this.steps[this.current].deadlineMs - (now - this.enteredAt);
    if (rest < 0) rest = 0;
    for (let i = this.current + 1; i < this.steps.length; i++) rest += this.steps[i].deadlineMs;
    return rest;
  }

  start(now: number): SafeStatus {
    if (this.status === SafeStatus.Closing || this.status === SafeStatus.Safe) return this.poll(now);
    this.current = -1;
    this.status = SafeStatus.Closing;
    this.text = "";
    this.next(now);
    return this.poll(now);
  }

  poll(now: number): SafeStatus {
    while (this.status === SafeStatus.Closing) {
      const step = this.steps[this.current];
      let answer: true | string = "";
      try {
        answer = step.check();
      } catch (error) {
        this.fail(`${step.name}: ${errorText(error)}`);
        return this.status;
      }
      if (answer === true) {
        this.next(now);
      } else {
        // In JavaScript a check may answer anything; only `true` is a yes.
        this.text = typeof answer === "string" && answer.length > 0 ? answer : step.name;
        if (now - this.enteredAt >= step.deadlineMs)
          this.fail(`${this.text} took longer than ${step.deadlineMs} ms`);
        return this.status;
      }
    }
    if (this.status === SafeStatus.Safe) this.verifyAgain();
    return this.status;
  }

  /** The update did not happen: everything that was entered goes on, last first. */
  leave(): void {
    if (this.status === SafeStatus.Free) return;
    const failed = this.status === SafeStatus.Failed;
    this.status = SafeStatus.Free;
    if (!failed) this.leaveFrom(this.current);
  }

  private next(now: number): void {
    this.current++;
    this.enteredAt = now;
    if (this.current >= this.steps.length) {
      this.status = SafeStatus.Safe;
      this.text = "";
      return;
    }
    const step = this.steps[this.current];
    try {
      step.enter();
    } catch (error) {
      this.fail(`${step.name}: ${errorText(error)}`);
    }
  }

  /** Safe is not a moment but a state: a valve that moves again during the update ends it. */
  private verifyAgain(): void {
    for (const step of this.steps) {
      let answer: true | string = "";
      try {
        answer = step.check();
      } catch (error) {
        answer = errorText(error);
      }
      if (answer !== true) {
        this.fail(`${step.name} no longer safe: ${answer}`);
        return;
      }
    }
  }

  private fail(reason: string): void {
    this.status = SafeStatus.Failed;
    this.text = reason;
    this.leaveFrom(this.current);
  }

  private leaveFrom(last: number): void {
    let index = last < this.steps.length ? last : this.steps.length - 1;
    while (index >= 0) {
      try {
        this.steps[index].leave();
      } catch (error) {
        // The others must be left all the same.
        this.text += `; ${this.steps[index].name} does not resume: ${errorText(error)}`;
      }
      index--;
    }
  }
}
