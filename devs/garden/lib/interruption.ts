import { type Program, stepAt } from "./program.js";
import type { Interruption } from "./record.js";

/** Inlined: a variable would take memory. */
export const enum Resuming {
  /** Watering that was interrupted longer ago is given up. */
  MaxMinutes = 30,
  /** A pump that pulls the supply down so often is not started again for this sequence. */
  MaxTries = 3,
  /** Longer and longer, s: a supply that sagged gets time to recover. */
  BackOffSeconds = 60,
}

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
  const known = then > 0 && now >= then;
  const minutes = Math.floor((now - then) / 60);
  const step = stepAt(program, it.step);
  let resume: Verdict["resume"] = "nothing";
  let why: string;
  // Watering may have been what hung the board.
  if (reason === "watchdog" || reason === "crash") why = `start after ${reason}`;
  else if (it.tries >= Resuming.MaxTries) why = `${it.tries} starts of the pump in a row took the power away`;
  else if (!known && !isRecent(reason)) why = "how long ago is not known";
  else if (known && minutes >= Resuming.MaxMinutes) why = `${minutes} minutes ago`;
  else if (it.zone < 1 || it.zone > zones) why = `no zone ${it.zone} any more`;
  else {
    const isSame = it.program === program.name && step !== undefined && step.zone === it.zone;
    resume = isSame ? "program" : "zone";
    why = isSame ? `after ${reason}` : `after ${reason}, program is ${program.name} now`;
  }
  return { resume: resume, why: why, wait: resume === "nothing" ? 0 : it.tries * Resuming.BackOffSeconds };
}
