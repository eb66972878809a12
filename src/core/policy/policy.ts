import { type Fault, FaultNumber, notNowCode } from "../errors.js";
import { parseWindow, secondsToOpening } from "./maintenance-window.js";
import { parseZone, zoneAt } from "./zone.js";

/** When a board may be updated: in its maintenance window, or armed. */
export interface UpdatePolicy {
  /** `Mo-Fr 10:00-12:00` (maintenance-window.ts), `never`, or "" when only the button counts. */
  readonly window: string;
  /** `CET-1CEST,M3.5.0,M10.5.0/3`, `+02:00` (zone.ts); "": UTC. */
  readonly zone: string;
  /** There is a button that arms it. */
  readonly button: boolean;
}

export interface PolicyVerdict {
  /** What is wrong with the rules, or "". Wrong rules allow nothing but what is armed. */
  readonly wrong: string;
  /** Why not now, or undefined. */
  readonly refused: Fault | undefined;
}

/** A clock that shows an earlier time counts from power-on, not from 1970: there was no Sluice before 2026. */
export const clockIsSetFrom = 1767225600;

/** "45 s", "20 min", "3 h 20 min", "2 d 3 h 20 min"; minutes are rounded up, so that no retry comes too early. */
export function waitText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  let minutes = Math.ceil(seconds / 60);
  const days = Math.floor(minutes / 1440);
  minutes -= days * 1440;
  const hours = Math.floor(minutes / 60);
  minutes -= hours * 60;
  let text = days > 0 ? `${days} d` : "";
  if (hours > 0) text += `${text.length > 0 ? " " : ""}${hours} h`;
  if (minutes > 0) text += `${text.length > 0 ? " " : ""}${minutes} min`;
  return text;
}

/** Seconds after which to try again: the board may be armed then, or its clock set. */
const askAgain = 10;
const press = "press the update button";

/** Not `fault`: the board carries the words of all faults in another part. */
function notNow(number: number, text: string, seconds: number): Fault {
  return { number: number, code: notNowCode(number), text: text, seconds: seconds };
}

/** When it is allowed, after the text that comes first: stock espota.py shows 27 characters of it. */
function allowed(first: string, rules: UpdatePolicy, zoneName: string): string {
  const ways: string[] = [];
  if (zoneName !== "") ways.push(`${rules.window} ${zoneName}`);
  if (rules.button) ways.push("after a press of the button");
  if (ways.length === 0) ways.push("when the application arms the board");
  return `${first}; updates are allowed ${ways.join(", or ")}`;
}

/**
 * Judges one moment.
 * @param wall seconds since 1970 by the board's clock, UTC
 * @param armed whether the board is armed
 */
export function judgePolicy(rules: UpdatePolicy, wall: number, armed: boolean): PolicyVerdict {
  const window = parseWindow(rules.window === "" ? "never" : rules.window);
  const zone = parseZone(rules.zone);
  const wrong = window.wrong === "" ? zone.wrong : window.wrong;
  let refused: Fault | undefined;
  if (armed) return { wrong: wrong, refused: refused };
  if (wrong !== "") {
    refused = notNow(FaultNumber.NotArmed, wrong, askAgain);
  } else if (window.spans.length === 0) {
    const first = rules.button ? press : "not armed";
    refused = notNow(FaultNumber.NotArmed, allowed(first, rules, ""), askAgain);
  } else if (wall < clockIsSetFrom) {
    const first = `clock not set${rules.button ? `, ${press}` : ""}`;
    refused = notNow(FaultNumber.ClockNotSet, allowed(first, rules, zone.name), askAgain);
  } else {
    const moment = zoneAt(zone, wall);
    const wait = secondsToOpening(window, zone, wall, moment);
    if (wait !== 0) {
      const text = allowed(`opens in ${waitText(wait)}`, rules, moment.name);
      refused = notNow(FaultNumber.OutsideWindow, text, Math.ceil(wait));
    }
  }
  return { wrong: wrong, refused: refused };
}
