import { decimal } from "../text.js";

/** POSIX `Mm.w.d/time`: the w-th (5: last) weekday d (Sunday 0) of month m, so many seconds after its 0:00. */
export interface ZoneRule {
  readonly month: number;
  readonly week: number;
  readonly day: number;
  readonly time: number;
}

/** Offsets are seconds east of Greenwich. */
export interface Zone {
  readonly name: string;
  readonly offset: number;
  readonly summerName: string;
  readonly summerOffset: number;
  /** When summer time begins and ends; undefined: never. */
  readonly begins: ZoneRule | undefined;
  readonly ends: ZoneRule | undefined;
  /** What is wrong with the text, or "". */
  readonly wrong: string;
}

function fixed(name: string, offset: number, wrong: string): Zone {
  return {
    name: name,
    offset: offset,
    summerName: "",
    summerOffset: offset,
    begins: undefined,
    ends: undefined,
    wrong: wrong,
  };
}

function wrongZone(text: string): Zone {
  return fixed("UTC", 0, `time zone "${text}": wanted is CET-1CEST,M3.5.0,M10.5.0/3, or +02:00`);
}

/** Longer than any duration, seconds: there is none. */
const none = 1000000;

/** `[+-]h[h[h]][:mm[:ss]]` in seconds, or `none`. Hours up to 167, as RFC 9636 has them. */
function duration(text: string): number {
  const sign = text.charAt(0);
  const parts = (sign === "-" || sign === "+" ? text.slice(1) : text).split(":");
  const hours = decimal(parts[0]);
  if (hours < 0 || hours > 167 || parts.length > 3) return none;
  let seconds = hours * 3600;
  let unit = 3600;
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i].length === 2 ? decimal(parts[i]) : -1;
    unit /= 60;
    if (part < 0 || part > 59) return none;
    seconds += part * unit;
  }
  return sign === "-" ? 0 - seconds : seconds;
}

/** `M3.5.0/3` */
function ruleOf(text: string): ZoneRule | undefined {
  const halves = text.split("/");
  const parts = halves[0].slice(1).split(".");
  if (text.charAt(0) !== "M" || halves.length > 2 || parts.length !== 3) return undefined;
  const month = decimal(parts[0]);
  const week = decimal(parts[1]);
  const day = decimal(parts[2]);
  const time = halves.length === 2 ? duration(halves[1]) : 7200;
  if (month < 1 || month > 12 || week < 1 || week > 5 || day < 0 || day > 6 || time === none)
    return undefined;
  return { month: month, week: week, day: day, time: time };
}

/** Where the name that begins at `at` ends: three letters or more, or anything in `<>`; -1: there is none. */
function nameEnd(text: string, at: number): number {
  let end = at;
  if (text.charAt(at) === "<") {
    end = text.indexOf(">", at);
    return end < at + 4 ? -1 : end + 1;
  }
  while (end < text.length) {
    const code = text.charCodeAt(end) | 32;
    if (code < 97 || code > 122) break;
    end++;
  }
  return end < at + 3 ? -1 : end;
}

function bare(name: string): string {
  return name.charAt(0) === "<" ? name.slice(1, name.length - 1) : name;
}

/** `+02:00`, `-0330`, `+2`: east of Greenwich, as in ISO 8601. */
function isoZone(text: string): Zone {
  let digits = text.slice(1);
  if (digits.length === 5 && digits.charAt(2) === ":") digits = digits.slice(0, 2) + digits.slice(3);
  const number = digits.length === 3 || digits.length > 4 ? -1 : decimal(digits);
  const hours = digits.length === 4 ? Math.floor(number / 100) : number;
  const minutes = digits.length === 4 ? number % 100 : 0;
  if (number < 0 || hours > 14 || minutes > 59) return wrongZone(text);
  const offset = (hours * 60 + minutes) * 60;
  return fixed(`UTC${text}`, text.charAt(0) === "-" ? 0 - offset : offset, "");
}

const mostOffset = 93600;

/**
 * A time zone as POSIX (IEEE Std 1003.1, TZ) and Arduino's `configTime` write it, `CET-1CEST,M3.5.0,M10.5.0/3`, where
 * the sign counts west; or an offset without summer time, `+02:00`, which counts east; or "" for UTC.
 */
export function parseZone(text: string): Zone {
  if (text === "" || text === "Z" || text === "UTC") return fixed("UTC", 0, "");
  const sign = text.charAt(0);
  if (sign === "+" || sign === "-") return isoZone(text);
  const parts = text.split(",");
  const head = parts[0];
  const end = nameEnd(head, 0);
  if (end < 0) return wrongZone(text);
  let next = end;
  while (next < head.length && head.charAt(next) !== "<" && (head.charCodeAt(next) | 32) < 97) next++;
  const west = duration(head.slice(end, next));
  if (west > mostOffset || west < 0 - mostOffset) return wrongZone(text);
  const name = bare(head.slice(0, end));
  if (next === head.length && parts.length === 1) return fixed(name, 0 - west, "");
  const summerEnd = nameEnd(head, next);
  if (summerEnd < 0 || parts.length !== 3) return wrongZone(text);
  const summerWest = summerEnd === head.length ? west - 3600 : duration(head.slice(summerEnd));
  const begins = ruleOf(parts[1]);
  const ends = ruleOf(parts[2]);
  if (summerWest === none || begins === undefined || ends === undefined) return wrongZone(text);
  return {
    name: name,
    offset: 0 - west,
    summerName: bare(head.slice(next, summerEnd)),
    summerOffset: 0 - summerWest,
    begins: begins,
    ends: ends,
    wrong: "",
  };
}

/**
 * Days of the Gregorian calendar, counted from 1970-01-01, which was a Thursday. In the style of Howard Hinnant's
 * chrono-compatible date algorithms: years that begin in March, eras of 400 years.
 */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The year that a day lies in. */
export function yearOf(day: number): number {
  const shifted = day + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) + Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Its last two months belong to the year after.
  return era * 400 + yearOfEra + (dayOfYear >= 306 ? 1 : 0);
}

/** Monday 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** A zone's clock at one moment. */
export interface ZoneMoment {
  /** Seconds that the local clock is ahead of UTC. */
  readonly offset: number;
  readonly name: string;
  /** When it is next put forward or back, seconds since 1970; -1: never. */
  readonly until: number;
}

/** Seconds since 1970 by the local clock, as if it were UTC. */
function momentOf(when: ZoneRule, year: number): number {
  const first = dayOf(year, when.month, 1);
  // weekdayOf counts from Monday, POSIX from Sunday.
  let day = first + ((when.day + 13 - weekdayOf(first)) % 7) + (when.week - 1) * 7;
  if (when.week === 5) {
    const next = when.month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, when.month + 1, 1);
    if (day >= next) day -= 7;
  }
  return day * 86400 + when.time;
}

/** @param seconds since 1970, UTC */
export function zoneAt(zone: Zone, seconds: number): ZoneMoment {
  const begins = zone.begins;
  const ends = zone.ends;
  if (begins === undefined || ends === undefined) return { offset: zone.offset, name: zone.name, until: -1 };
  const year = yearOf(Math.floor((seconds + zone.offset) / 86400));
  const from = momentOf(begins, year) - zone.offset;
  const to = momentOf(ends, year) - zone.summerOffset;
  const summer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
  let until = from < to ? from : to;
  if (seconds >= until) until = from < to ? to : from;
  if (seconds >= until)
    until =
      from < to ? momentOf(begins, year + 1) - zone.offset : momentOf(ends, year + 1) - zone.summerOffset;
  return {
    offset: summer ? zone.summerOffset : zone.offset,
    name: summer ? zone.summerName : zone.name,
    until: until,
  };
}
