import { Day, type Program } from "./program.js";

/** What starts go by. Inlined: a variable would take memory. */
const enum Starts {
  /** A start that was missed by no more than this is made up for, e.g. after a manual run, an update or a power cut. */
  GraceMinutes = 60,
  /** Half a day "forward" is the clock put back: what was watered stays watered until the old time has come again. */
  HalfDay = 720,
}

/** Minute of the day up to which starts were looked at; -1 while the clock is not set. */
let seen: number;
let lastRun: number;
/** Of the last start's record: minute of the day and seconds since 1970, until the clock is set; -1: there is none. */
let recalledMinute: number;
let recalledAt: number;

/** @param now ms since the boot */
export function startSchedule(now: number): void {
  seen = recalledMinute = -1;
  recalledAt = 0;
  lastRun = now;
}

/** Up to when the last start of the board has looked at starts. @param minute of the day, @param at seconds since 1970 */
export function recallSchedule(minute: number, at: number): void {
  recalledMinute = minute;
  recalledAt = at;
}

/**
 * Is the program due? By the clock when it is set, otherwise by the time since its last run.
 *
 * @param now ms since the boot
 * @param minute of the day, or -1 while the clock is not set
 * @param epoch seconds since 1970
 */
export function isDue(program: Program, now: number, minute: number, epoch: number): boolean {
  let due = false;
  if (minute < 0) due = program.everyMinutes > 0 && now - lastRun >= program.everyMinutes * 60000;
  else {
    if (seen < 0 && recalledMinute >= 0 && epoch >= recalledAt) {
      const away = (epoch - recalledAt) / 60;
      seen =
        away < Starts.HalfDay
          ? recalledMinute
          : (minute - Starts.GraceMinutes - 1 + Day.Minutes) % Day.Minutes;
      recalledMinute = -1;
    }
    if (seen >= 0) {
      const passed = (minute - seen + Day.Minutes) % Day.Minutes;
      if (passed > Starts.HalfDay) return false;
      for (const start of program.startMinutes) {
        const ago = (minute - start + Day.Minutes) % Day.Minutes;
        if (ago < passed && ago <= Starts.GraceMinutes) due = true;
      }
    }
  }
  seen = minute;
  if (due) lastRun = now;
  return due;
}
