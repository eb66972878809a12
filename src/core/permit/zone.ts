import { dayOf, weekdayOf, yearOf } from "./civil.js";
import { Scan } from "./scan.js";

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

function wrongZone(text: string, why: string): Zone {
  return fixed("UTC", 0, `time zone "${text}": ${why}`);
}

/** `CET`, or `<+03>` with its brackets left out; "" if there is none. */
function zoneName(scan: Scan): string {
  let name = "";
  if (scan.take("<")) {
    while (!scan.atEnd() && scan.next() !== ">") {
      name += scan.next();
      scan.at++;
    }
    return scan.take(">") ? name : "";
  }
  while (scan.isLetter()) {
    name += scan.next();
    scan.at++;
  }
  return name;
}

/** `[+-]h[h[h]][:mm[:ss]]` in seconds; undefined if there is none. Hours up to 167, as RFC 9636 has them. */
function duration(scan: Scan): number | undefined {
  const minus = scan.take("-");
  if (!minus) scan.take("+");
  const hours = scan.number(3);
  if (hours < 0 || hours > 167) return undefined;
  let seconds = hours * 3600;
  for (let unit = 60; unit >= 1 && scan.take(":"); unit /= 60) {
    const part = scan.number(2);
    if (part < 0 || part > 59) return undefined;
    seconds += part * unit;
  }
  return minus ? 0 - seconds : seconds;
}

function rule(scan: Scan): ZoneRule | undefined {
  if (!scan.take(",") || !scan.take("M")) return undefined;
  const month = scan.number(2);
  if (month < 1 || month > 12 || !scan.take(".")) return undefined;
  const week = scan.number(1);
  if (week < 1 || week > 5 || !scan.take(".")) return undefined;
  const day = scan.number(1);
  if (day < 0 || day > 6) return undefined;
  const time = scan.take("/") ? duration(scan) : 7200;
  return time === undefined ? undefined : { month: month, week: week, day: day, time: time };
}

const mostOffset = 93600;

/** `+02:00`, `-0330`, `+2`: east of Greenwich, as in ISO 8601. */
function isoZone(text: string): Zone {
  const scan = new Scan(text);
  const west = scan.take("-");
  scan.take("+");
  const hours = scan.number(2);
  const parted = scan.take(":");
  const minutes = parted || !scan.atEnd() ? scan.number(2) : 0;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || !scan.atEnd())
    return wrongZone(text, "+02:00 is wanted");
  const offset = (hours * 60 + minutes) * 60;
  return fixed(`UTC${text}`, west ? 0 - offset : offset, "");
}

/**
 * A time zone as POSIX (IEEE Std 1003.1, TZ) and Arduino's `configTime` write it, `CET-1CEST,M3.5.0,M10.5.0/3`, where
 * the sign counts west; or an offset without summer time, `+02:00`, which counts east; or "" for UTC.
 */
export function parseZone(text: string): Zone {
  if (text === "" || text === "Z") return fixed("UTC", 0, "");
  const first = text.charAt(0);
  if (first === "+" || first === "-") return isoZone(text);
  const scan = new Scan(text);
  const name = zoneName(scan);
  if (name.length < 3) return wrongZone(text, "begins with no name such as CET");
  if (scan.atEnd() && name === "UTC") return fixed(name, 0, "");
  const west = duration(scan);
  if (west === undefined || west > mostOffset || west < -mostOffset)
    return wrongZone(text, "no hours west of Greenwich after the name, such as CET-1");
  if (scan.atEnd()) return fixed(name, 0 - west, "");
  const summerName = zoneName(scan);
  if (summerName.length < 3) return wrongZone(text, "no name of summer time such as CEST");
  let summerWest: number | undefined = west - 3600;
  if (scan.next() !== ",") summerWest = duration(scan);
  const begins = rule(scan);
  const ends = rule(scan);
  if (summerWest === undefined || begins === undefined || ends === undefined || !scan.atEnd())
    return wrongZone(text, "when summer time begins and ends is wanted as ,M3.5.0,M10.5.0/3");
  return {
    name: name,
    offset: 0 - west,
    summerName: summerName,
    summerOffset: 0 - summerWest,
    begins: begins,
    ends: ends,
    wrong: "",
  };
}

/** Seconds since 1970 by the local clock, as if it were UTC. */
function momentOf(when: ZoneRule, year: number): number {
  const first = dayOf(year, when.month, 1);
  // weekdayOf counts from Monday, POSIX from Sunday.
  const ahead = (when.day + 13 - weekdayOf(first)) % 7;
  let day = first + ahead + (when.week - 1) * 7;
  const next = when.month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, when.month + 1, 1);
  while (day >= next) day -= 7;
  return day * 86400 + when.time;
}

function yearAt(zone: Zone, seconds: number): number {
  return yearOf(Math.floor((seconds + zone.offset) / 86400));
}

/** @param seconds since 1970, UTC */
export function isSummer(zone: Zone, seconds: number): boolean {
  if (zone.begins === undefined || zone.ends === undefined) return false;
  const year = yearAt(zone, seconds);
  const from = momentOf(zone.begins, year) - zone.offset;
  const to = momentOf(zone.ends, year) - zone.summerOffset;
  if (from < to) return seconds >= from && seconds < to;
  return seconds >= from || seconds < to;
}

/** Seconds that the local clock is ahead of UTC. */
export function offsetAt(zone: Zone, seconds: number): number {
  return isSummer(zone, seconds) ? zone.summerOffset : zone.offset;
}

/** When the local clock is next put forward or back, seconds since 1970; -1: never. */
export function nextChange(zone: Zone, seconds: number): number {
  if (zone.begins === undefined || zone.ends === undefined) return -1;
  const year = yearAt(zone, seconds);
  let next = -1;
  for (let ahead = 0; ahead < 2; ahead++) {
    const from = momentOf(zone.begins, year + ahead) - zone.offset;
    const to = momentOf(zone.ends, year + ahead) - zone.summerOffset;
    if (from > seconds && (next < 0 || from < next)) next = from;
    if (to > seconds && (next < 0 || to < next)) next = to;
  }
  return next;
}
