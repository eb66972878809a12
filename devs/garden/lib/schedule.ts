import type { Program } from "./program.js";

const minutesPerDay = 1440;
/** A start that was missed by no more than this is made up for, e.g. after a manual run or a refused update. */
const graceMinutes = 60;

/** Says when a program is due: by the clock when it is set, otherwise by the time since the boot. */
export class Schedule {
  private readonly program: Program;
  /** Minute of the day up to which starts were looked at; -1 while the clock is not set. */
  private seen = -1;
  private lastRun: number;

  constructor(program: Program, now: number) {
    this.program = program;
    this.lastRun = now;
  }

  /**
   * @param now ms since the boot
   * @param minute of the day, or -1 while the clock is not set
   */
  due(now: number, minute: number): boolean {
    const due = minute < 0 ? this.intervalOver(now) : this.startPassed(minute);
    if (minute < 0) this.seen = -1;
    if (due) this.lastRun = now;
    return due;
  }

  private intervalOver(now: number): boolean {
    return this.program.everyMinutes > 0 && now - this.lastRun >= this.program.everyMinutes * 60000;
  }

  private startPassed(minute: number): boolean {
    const seen = this.seen;
    if (seen < 0) {
      this.seen = minute;
      return false;
    }
    const passed = (minute - seen + minutesPerDay) % minutesPerDay;
    // Half a day "forward" is the clock put back: what was watered stays watered until the old time has come again.
    if (passed > minutesPerDay / 2) return false;
    this.seen = minute;
    if (passed > graceMinutes) return false;
    for (const start of this.program.startMinutes) {
      const ago = (minute - start + minutesPerDay) % minutesPerDay;
      if (ago < passed) return true;
    }
    return false;
  }
}
