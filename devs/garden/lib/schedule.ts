import type { Program } from "./program.js";

const minutesPerDay = 1440;
/** A start that was missed by no more than this is made up for, e.g. after a manual run or a refused update. */
const graceMinutes = 60;

/** Minute of the day up to which starts were looked at; -1 while the clock is not set. */
let seen: number;
let lastRun: number;

/** @param now ms since the boot */
export function startSchedule(now: number): void {
  seen = -1;
  lastRun = now;
}

/**
 * Is the program due? By the clock when it is set, otherwise by the time since its last run.
 *
 * @param now ms since the boot
 * @param minute of the day, or -1 while the clock is not set
 */
export function isDue(program: Program, now: number, minute: number): boolean {
  let due = false;
  if (minute < 0) due = program.everyMinutes > 0 && now - lastRun >= program.everyMinutes * 60000;
  else if (seen >= 0) {
    const passed = (minute - seen + minutesPerDay) % minutesPerDay;
    // Half a day "forward" is the clock put back: what was watered stays watered until the old time has come again.
    if (passed > minutesPerDay / 2) return false;
    for (const start of program.startMinutes) {
      const ago = (minute - start + minutesPerDay) % minutesPerDay;
      if (ago < passed && passed <= graceMinutes) due = true;
    }
  }
  seen = minute;
  if (due) lastRun = now;
  return due;
}
