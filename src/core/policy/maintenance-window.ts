import { decimal } from "../text.js";
import { weekdayOf, type Zone, type ZoneMoment, zoneAt } from "./zone.js";

/** From `start` up to, not including, `end`: minutes after 0:00 of the days it begins on; past midnight `end` is over 1440. */
export interface Span {
  /** Bit 0 is Monday, bit 6 Sunday. */
  readonly days: number;
  readonly start: number;
  readonly end: number;
}

/** The hours of a week when updates are allowed. Without spans: never. */
export interface MaintenanceWindow {
  readonly spans: Span[];
  /** What is wrong with the text, or "". */
  readonly wrong: string;
}

const dayNames = "MoTuWeThFrSaSu";
const everyDay = 127;
const dayMinutes = 1440;
export const daySeconds = 86400;
/** Characters. */
const longestText = 200;

/** Number of the day that begins at `at`, Monday 0, or -1. */
function dayAt(text: string, at: number): number {
  const found = text.length < at + 2 ? -1 : dayNames.indexOf(text.slice(at, at + 2));
  return found < 0 || (found & 1) === 1 ? -1 : found / 2;
}

/** `9:30` in minutes, up to 24:00, or -1. */
function timeOf(text: string): number {
  const parts = text.split(":");
  if (parts.length !== 2 || parts[0].length > 2 || parts[1].length !== 2) return -1;
  const hours = decimal(parts[0]);
  const minutes = decimal(parts[1]);
  if (hours < 0 || minutes < 0 || minutes > 59) return -1;
  const all = hours * 60 + minutes;
  return all > dayMinutes ? -1 : all;
}

function wrongWindow(text: string, why: string): MaintenanceWindow {
  return { spans: [], wrong: `window "${text}": ${why}` };
}

/**
 * Days and hours as in opening hours: `Mo-Fr 10:00-12:00`, `Mo,We 8:00-9:00, 20:00-22:00; Su
 * 22:00-4:00`. A span without days has those in front of it, at the beginning all; one that ends before it begins goes
 * past midnight and belongs to the day it begins on. `never` leaves the button, or `ota.arm`.
 */
export function parseWindow(text: string): MaintenanceWindow {
  if (text === "never") return { spans: [], wrong: "" };
  if (text.length > longestText)
    return wrongWindow(text.slice(0, 20), `longer than ${longestText} characters`);
  const spans: Span[] = [];
  let days = everyDay;
  /** The days of a list whose time is still to come. */
  let listed = 0;
  for (const item of text.split(";").join(",").split(",")) {
    const part = item.split(" ").join("");
    const first = dayAt(part, 0);
    let at = 0;
    if (first >= 0) {
      let last = first;
      at = 2;
      if (part.charAt(2) === "-") {
        last = dayAt(part, 3);
        if (last < 0) return wrongWindow(item, "days are Mo, Tu, We, Th, Fr, Sa, Su");
        at = 5;
      }
      for (let one = first; one !== last; one = (one + 1) % 7) listed |= 1 << one;
      listed |= 1 << last;
      if (part.length === at) continue;
      days = listed;
    } else if (listed !== 0) {
      return wrongWindow(item, "a day is missing in front of it");
    }
    listed = 0;
    const times = part.slice(at).split("-");
    const start = timeOf(times[0]);
    const end = times.length === 2 ? timeOf(times[1]) : -1;
    if (start < 0 || end < 0 || start === dayMinutes)
      return wrongWindow(item, "wanted is Mo-Fr 10:00-12:00, or never");
    if (end === start) return wrongWindow(item, "begins when it ends; all day is 0:00-24:00");
    spans.push({ days: days, start: start, end: end < start ? end + dayMinutes : end });
  }
  if (listed !== 0) return wrongWindow(text, "its last days have no time");
  return { spans: spans, wrong: "" };
}

/** @param weekday Monday 0 @param second of that day */
export function isInside(window: MaintenanceWindow, weekday: number, second: number): boolean {
  const yesterday = (weekday + 6) % 7;
  for (const span of window.spans) {
    const end = span.end * 60;
    if (((span.days >> weekday) & 1) === 1 && second >= span.start * 60 && second < end) return true;
    if (((span.days >> yesterday) & 1) === 1 && second + daySeconds < end) return true;
  }
  return false;
}

/** Seconds until a span next begins, by a clock that is not put forward or back; -1: never. */
export function secondsToStart(window: MaintenanceWindow, weekday: number, second: number): number {
  let soonest = -1;
  for (const span of window.spans) {
    for (let ahead = 0; ahead <= 7; ahead++) {
      if (((span.days >> ((weekday + ahead) % 7)) & 1) === 0) continue;
      const wait = ahead * daySeconds + span.start * 60 - second;
      if (wait > 0 && (soonest < 0 || wait < soonest)) soonest = wait;
    }
  }
  return soonest;
}

/** A start that summer time swallows, and the one a week later; then it has been found, or there is none. */
const mostSteps = 8;

/**
 * Seconds until the window is open by the local clock: 0 now, -1 never.
 * @param now seconds since 1970, UTC
 * @param moment the zone's clock then
 */
export function secondsToOpening(
  window: MaintenanceWindow,
  zone: Zone,
  now: number,
  moment: ZoneMoment,
): number {
  let at = now;
  let clock = moment;
  for (let step = 0; step < mostSteps; step++) {
    const local = at + clock.offset;
    const day = Math.floor(local / daySeconds);
    const weekday = weekdayOf(day);
    const second = local - day * daySeconds;
    if (isInside(window, weekday, second)) return at - now;
    const wait = secondsToStart(window, weekday, second);
    if (wait < 0) return -1;
    // Between two changes the local clock runs as ours does; at the change itself it shows another hour.
    if (clock.until < 0 || clock.until > at + wait) return at + wait - now;
    at = clock.until;
    clock = zoneAt(zone, at);
  }
  return -1;
}
