import { type Program, stepAt } from "./program.js";
import type { Interruption } from "./record.js";

/** Watering that was interrupted longer ago is given up. */
export const maxMinutes = 30;
/** A pump that pulls the supply down so often is not started again for this sequence. */
const maxTries = 3;
/** Longer and longer, s: a supply that sagged gets time to recover. */
const backOffSeconds = 60;

export interface Verdict {
  /** `program`: from that step on. `zone`: the rest of that one zone, its program is not what it was. */
  readonly resume: "program" | "zone" | "nothing";
  /** For the log. */
  readonly why: string;
  /** Seconds to wait before. */
  readonly wait: number;
}

/** Whether a start like this can only have been a minute ago, whatever the clock shows. */
export function isRecent(reason: string): boolean {
  return reason === "update" || reason === "rollback" || reason === "restart";
}

function nothing(why: string): Verdict {
  return { resume: "nothing", why: why, wait: 0 };
}

/**
 * @param then when the record was written, @param now both in seconds since 1970; 0: the clock was, or is, not set
 * @param zones how many there are
 * @param reason of this start (`ota.startReason`)
 */
export function judgeInterruption(
  it: Interruption,
  then: number,
  program: Program,
  zones: number,
  reason: string,
  now: number,
): Verdict {
  // Watering may have been what hung the board.
  if (reason === "watchdog" || reason === "crash") return nothing(`start after ${reason}`);
  if (it.tries >= maxTries) return nothing(`${it.tries} starts of the pump in a row took the power away`);
  const known = then > 0 && now >= then;
  if (!known && !isRecent(reason)) return nothing("how long ago is not known");
  const minutes = Math.floor((now - then) / 60);
  if (known && minutes >= maxMinutes) return nothing(`${minutes} minutes ago`);
  if (it.zone < 1 || it.zone > zones) return nothing(`no zone ${it.zone} any more`);
  const wait = it.tries * backOffSeconds;
  const step = stepAt(program, it.step);
  if (it.program === program.name && step !== undefined && step.zone === it.zone)
    return { resume: "program", why: `after ${reason}`, wait: wait };
  return { resume: "zone", why: `after ${reason}, program is ${program.name} now`, wait: wait };
}
