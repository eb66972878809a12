import { Scan } from "./scan.js";

/** From `start` up to, not including, `end`: minutes after 0:00 of the days it begins on; past midnight `end` is over 1440. */
export interface Span {
  /** Bit 0 is Monday, bit 6 Sunday. */
  readonly days: number;
  readonly start: number;
  readonly end: number;
}

/** The hours of a week. Without spans: never. */
export interface WeekWindow {
  readonly spans: Span[];
  /** What is wrong with the text, or "". */
  readonly wrong: string;
}

const dayNames = "MoTuWeThFrSaSu";
const everyDay = 127;
const dayMinutes = 1440;
export const daySeconds = 86400;
/** A board reads it whole for every offer. */
const longestText = 200;

/** The day's number, Monday 0, or -1. */
function day(scan: Scan): number {
  const found = dayNames.indexOf(scan.text.slice(scan.at, scan.at + 2));
  if (found < 0 || found % 2 !== 0 || scan.text.length < scan.at + 2) return -1;
  scan.at += 2;
  return found / 2;
}

/** `Mo-Fr,Su` as bits, or -1. A comma in front of a time ends it, as the end of the text does. */
function days(scan: Scan): number {
  let bits = 0;
  let more = true;
  while (more) {
    const first = day(scan);
    if (first < 0) return -1;
    bits |= 1 << first;
    if (scan.take("-")) {
      const last = day(scan);
      if (last < 0) return -1;
      for (let one = first; one !== last; one = (one + 1) % 7) bits |= 1 << one;
      bits |= 1 << last;
    }
    more = scan.take(",");
    if (more) scan.blanks();
  }
  return bits;
}

/** `9:30` in minutes, up to 24:00, or -1. */
function time(scan: Scan): number {
  const hours = scan.number(2);
  if (hours < 0 || !scan.take(":")) return -1;
  const from = scan.at;
  const minutes = scan.number(2);
  if (scan.at - from !== 2 || minutes > 59) return -1;
  const all = hours * 60 + minutes;
  return all > dayMinutes ? -1 : all;
}

function wrongAt(scan: Scan, wanted: string): WeekWindow {
  const rest = scan.atEnd() ? "its end" : `"${scan.text.slice(scan.at, scan.at + 12)}"`;
  return { spans: [], wrong: `window: ${wanted} expected at ${rest}` };
}

/**
 * Days and hours as people write them in opening hours: `Mo-Fr 10:00-12:00`, `Mo,We 8:00-9:00, 20:00-22:00; Su
 * 22:00-4:00`. A span without days has those in front of it, at the beginning all; one that ends before it begins goes
 * past midnight and belongs to the day it begins on. `never` leaves the button, or `ota.arm`.
 */
export function parseWindow(text: string): WeekWindow {
  if (text === "never") return { spans: [], wrong: "" };
  if (text.length > longestText) return { spans: [], wrong: `window: longer than ${longestText} characters` };
  const scan = new Scan(text);
  const spans: Span[] = [];
  let bits = everyDay;
  let more = true;
  while (more) {
    scan.blanks();
    if (scan.isLetter()) {
      bits = days(scan);
      if (bits < 0) return wrongAt(scan, "Mo, Tu, We, Th, Fr, Sa or Su");
      scan.blanks();
    }
    const start = time(scan);
    if (start < 0 || start === dayMinutes) return wrongAt(scan, "a time such as 10:00");
    scan.blanks();
    if (!scan.take("-")) return wrongAt(scan, "-");
    scan.blanks();
    const end = time(scan);
    if (end < 0) return wrongAt(scan, "a time such as 12:00");
    if (end === start) return { spans: [], wrong: "window: begins when it ends; all day is 0:00-24:00" };
    spans.push({ days: bits, start: start, end: end < start ? end + dayMinutes : end });
    scan.blanks();
    more = scan.take(",") || scan.take(";");
  }
  if (!scan.atEnd()) return wrongAt(scan, "a comma");
  return { spans: spans, wrong: "" };
}

function begins(span: Span, weekday: number): boolean {
  return ((span.days >> weekday) & 1) === 1;
}

/** @param weekday Monday 0 @param second of that day */
export function isInside(window: WeekWindow, weekday: number, second: number): boolean {
  for (const span of window.spans) {
    const end = span.end * 60;
    if (begins(span, weekday) && second >= span.start * 60 && second < end) return true;
    if (begins(span, (weekday + 6) % 7) && second + daySeconds < end) return true;
  }
  return false;
}

/** Seconds until a span next begins, by a clock that is not put forward or back; -1: never. */
export function secondsToStart(window: WeekWindow, weekday: number, second: number): number {
  let soonest = -1;
  for (const span of window.spans) {
    for (let ahead = 0; ahead <= 7; ahead++) {
      if (!begins(span, (weekday + ahead) % 7)) continue;
      const wait = ahead * daySeconds + span.start * 60 - second;
      if (wait > 0 && (soonest < 0 || wait < soonest)) soonest = wait;
    }
  }
  return soonest;
}
