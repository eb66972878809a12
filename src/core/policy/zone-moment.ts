import { dayOf, weekdayOf, yearOf } from "./civil.js";
import type { Zone, ZoneRule } from "./zone.js";

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
