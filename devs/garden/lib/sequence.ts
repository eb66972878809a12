import { type Program, stepAt, stepCount } from "./program.js";
import type { Waterworks } from "./waterworks.js";

/** `settling` waits until every valve is verified closed; nothing opens before that. */
export type Phase = "idle" | "settling" | "opening" | "watering" | "soaking";

export type SequenceEvent = "none" | "started" | "stopped" | "skipped" | "finished";

/** Takes a program step by step through the waterworks. Only time with the pump running counts as watering. */
export class Sequence {
  phase: Phase = "idle";
  program: Program;
  /** Step that runs or comes next, 0-based over all rounds. */
  step = 0;
  /** Zone of the last event. */
  zone = 0;
  private leftMs = 0;
  private soakMs = 0;
  private last = 0;
  private readonly works: Waterworks;

  constructor(works: Waterworks, program: Program) {
    this.works = works;
    this.program = program;
  }

  /** @param seconds what is left of that step; negative: all of it. */
  start(program: Program, step: number, seconds: number, now: number): void {
    this.program = program;
    this.step = step;
    this.leftMs = 1000 * (seconds < 0 ? stepAt(program, step).seconds : seconds);
    this.last = now;
    this.phase = "settling";
  }

  running(): boolean {
    return this.phase !== "idle";
  }

  /** Of the step that runs or comes next. */
  secondsLeft(): number {
    return Math.ceil(this.leftMs / 1000);
  }

  /** Gives the rest up. Returns true when water was flowing. */
  abandon(now: number): boolean {
    const flowed = this.pause();
    this.phase = "idle";
    this.works.closeAll(now);
    return flowed;
  }

  /** Stops the pump and keeps the place; no tick may follow until `goOn`. Returns true when water was flowing. */
  pause(): boolean {
    const flowed = this.phase === "watering";
    this.works.stopPump();
    if (flowed || this.phase === "opening") this.phase = "settling";
    return flowed;
  }

  /** A soak has gone on meanwhile: soil takes no notice of updates. */
  goOn(now: number): void {
    this.works.closeAll(now);
  }

  tick(now: number): SequenceEvent {
    const passed = now - this.last;
    this.last = now;
    switch (this.phase) {
      case "settling":
        return this.works.allClosed() ? this.openNext(now) : "none";
      case "opening":
        return this.waitOpen(now);
      case "watering":
        this.leftMs -= passed;
        if (this.leftMs > 0 && this.works.valves[this.zone - 1].state === "open") return "none";
        this.next(now);
        return "stopped";
      case "soaking":
        this.soakMs -= passed;
        if (this.soakMs <= 0) this.phase = "settling";
        return "none";
      default:
        return "none";
    }
  }

  private openNext(now: number): SequenceEvent {
    if (this.step >= stepCount(this.program)) {
      this.phase = "idle";
      return "finished";
    }
    this.zone = stepAt(this.program, this.step).zone;
    if (this.zone < 1 || this.zone > this.works.valves.length || !this.works.open(this.zone - 1, now)) {
      this.next(now);
      return "skipped";
    }
    this.phase = "opening";
    return "none";
  }

  private waitOpen(now: number): SequenceEvent {
    const state = this.works.valves[this.zone - 1].state;
    if (state === "opening") return "none";
    if (state === "open" && this.works.runPump()) {
      this.phase = "watering";
      return "started";
    }
    this.next(now);
    return "skipped";
  }

  private next(now: number): void {
    this.works.closeAll(now);
    this.step++;
    this.leftMs = 0;
    this.phase = "settling";
    if (this.step >= stepCount(this.program)) return;
    this.leftMs = 1000 * stepAt(this.program, this.step).seconds;
    this.soakMs = 1000 * this.program.soakSeconds;
    if (this.soakMs > 0 && this.step % this.program.waterings.length === 0) this.phase = "soaking";
  }
}
