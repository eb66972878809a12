import { type Program, stepAt, stepCount } from "./program.js";

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

/** What becomes of an interrupted sequence, as data. */
export interface ResumePolicy {
  /** Watering that was interrupted longer ago is given up. */
  readonly maxMinutes: number;
  /** Reasons of a start after which it can only be a minute ago, for boards whose clock is not set. */
  readonly shortAway: string[];
  /** Reasons of a start after which nothing goes on: watering may have been what hung the board. */
  readonly never: string[];
}

export const cautiousPolicy: ResumePolicy = {
  maxMinutes: 30,
  shortAway: ["update", "rollback", "restart"],
  never: ["watchdog", "crash"],
};

export interface Verdict {
  /** `program`: from that step on. `zone`: the rest of that one zone, its program is not what it was. */
  readonly resume: "program" | "zone" | "nothing";
  /** For the log. */
  readonly why: string;
}

/** No watering takes longer; a record that says so is damaged. */
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
  policy: ResumePolicy,
): Verdict {
  if (policy.never.indexOf(reason) >= 0) return { resume: "nothing", why: `start after ${reason}` };
  const known = it.at > 0 && at >= it.at;
  if (!known && policy.shortAway.indexOf(reason) < 0)
    return { resume: "nothing", why: "how long ago is not known" };
  const minutes = Math.floor((at - it.at) / 60);
  if (known && minutes >= policy.maxMinutes) return { resume: "nothing", why: `${minutes} minutes ago` };
  if (it.zone < 1 || it.zone > zones) return { resume: "nothing", why: `no zone ${it.zone} any more` };
  if (
    it.program === program.name &&
    it.step < stepCount(program) &&
    stepAt(program, it.step).zone === it.zone
  )
    return { resume: "program", why: `after ${reason}` };
  return { resume: "zone", why: `after ${reason}, program is ${program.name} now` };
}
