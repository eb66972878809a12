import { type Program, stepAt } from "./program.js";

/** Where a sequence was when the board went down. Kept as five words: `spring 1 2 45 1767225600`. */
export interface Interruption {
  readonly program: string;
  /** 0-based over all rounds. */
  readonly step: number;
  readonly zone: number;
  readonly secondsLeft: number;
  /** When, in seconds since 1970; 0: the clock was not set. */
  readonly at: number;
}

/** Watering that was interrupted longer ago is given up. */
export const maxMinutes = 30;

export interface Verdict {
  /** `program`: from that step on. `zone`: the rest of that one zone, its program is not what it was. */
  readonly resume: "program" | "zone" | "nothing";
  /** For the log. */
  readonly why: string;
}

/** No watering takes longer; a record with more is damaged. */
const maxSeconds = 86400;

export function interruptionText(it: Interruption): string {
  return `${it.program} ${it.step} ${it.zone} ${it.secondsLeft} ${it.at}`;
}

/** @returns undefined when the text is not such a record */
export function parseInterruption(text: string): Interruption | undefined {
  const words = text.split(" ");
  if (words.length !== 5 || words[0] === "") return undefined;
  const numbers: number[] = [];
  for (let i = 1; i < 5; i++) {
    // biome-ignore lint/correctness/useParseIntRadix: DeviceScript knows parseInt with one argument only
    const value = parseInt(words[i]);
    if (`${value}` !== words[i] || value < 0) return undefined;
    numbers.push(value);
  }
  if (numbers[2] > maxSeconds) return undefined;
  return { program: words[0], step: numbers[0], zone: numbers[1], secondsLeft: numbers[2], at: numbers[3] };
}

/**
 * @param zones how many there are
 * @param reason of this start (`ota.startReason`)
 * @param at now, in seconds since 1970; 0: the clock is not set
 */
export function judgeInterruption(
  it: Interruption,
  program: Program,
  zones: number,
  reason: string,
  at: number,
): Verdict {
  // Watering may have been what hung the board.
  if (reason === "watchdog" || reason === "crash") return { resume: "nothing", why: `start after ${reason}` };
  const known = it.at > 0 && at >= it.at;
  // These can only be a minute ago, whatever the clock shows.
  if (!known && reason !== "update" && reason !== "rollback" && reason !== "restart")
    return { resume: "nothing", why: "how long ago is not known" };
  const minutes = Math.floor((at - it.at) / 60);
  if (known && minutes >= maxMinutes) return { resume: "nothing", why: `${minutes} minutes ago` };
  if (it.zone < 1 || it.zone > zones) return { resume: "nothing", why: `no zone ${it.zone} any more` };
  const step = stepAt(program, it.step);
  if (it.program === program.name && step !== undefined && step.zone === it.zone)
    return { resume: "program", why: `after ${reason}` };
  return { resume: "zone", why: `after ${reason}, program is ${program.name} now` };
}
