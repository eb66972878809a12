import { Day, type Program } from "./program.js";
import type { GardenRecord } from "./record.js";

/** What the book goes by. Inlined: a variable would take memory. */
const enum Book {
  DayMs = 86400000,
  /** Beyond its program, a zone can have so much a day by hand, ms. */
  ManualMs = 3600000,
  /** Less than that since the last day began is no night, ms. */
  ShortestDayMs = 72000000,
  /** A step of the clock by more than that against the time that passed, s: it was set. */
  JumpSeconds = 3600,
  /** The day number changes at local midnight; this offset puts the one zone where it would be rounded at UTC+6:30. */
  ZoneSeconds = 23400,
}

/**
 * How much water each zone has had today. A zone gets no more than its program gives it in a day, whatever restarts,
 * resumptions, second starts and clocks that are set make of it.
 */

/** ms, zone 1 first. */
export let used: number[];
/** Local day that `used` belongs to; negative: some of it flowed while the clock was not set, perhaps a day later. */
export let day: number;
/** Since `used` began to count, time awake. */
export let ageMs: number;
let clock: number;
/** `ageMs` is all the time since the day began, not only what was awake. */
let isWholeAge: boolean;
/** When the record of the last start was written, seconds since 1970, until the clock is set; 0: not known. */
let recalledAt: number;
/** Since this start. */
let awakeMs: number;

export function startBook(zones: number): void {
  used = [];
  for (let zone = 0; zone < zones; zone++) used.push(0);
  day = ageMs = clock = recalledAt = awakeMs = 0;
  isWholeAge = false;
}

/** What the last start has left behind. */
export function recallBook(left: GardenRecord): void {
  day = left.day;
  ageMs = left.age * 1000;
  recalledAt = left.at;
  for (let i = 0; i < used.length && i < left.used.length; i++) used[i] += left.used[i] * 1000;
}

/**
 * A new day begins at local midnight, or, while the clock is not set, after 24 hours awake. A clock that is set to
 * another day begins none: only a night does.
 *
 * @param passed ms since the last call
 * @param minute of the local day, or -1 while the clock is not set
 * @param epoch seconds since 1970
 */
export function tickBook(passed: number, minute: number, epoch: number): void {
  ageMs += passed;
  awakeMs += passed;
  let isNew = false;
  if (minute < 0) {
    clock = 0;
    isNew = ageMs >= Book.DayMs;
  } else {
    const today = Math.floor((epoch - minute * 60 + Book.ZoneSeconds) / 86400);
    if (recalledAt > 0 && epoch >= recalledAt) {
      // The clock goes on where power was gone.
      ageMs += (epoch - recalledAt) * 1000 - awakeMs;
      isWholeAge = true;
    }
    recalledAt = 0;
    const isSet = clock > 0 && Math.abs(epoch - clock - passed / 1000) > Book.JumpSeconds;
    clock = epoch;
    const isShort = isWholeAge && ageMs < Book.ShortestDayMs;
    // What flowed without a clock counts for this day, too.
    isNew = today > day && day > 0 && !isSet && !isShort;
    day = today;
  }
  if (!isNew) return;
  for (let i = 0; i < used.length; i++) used[i] = 0;
  ageMs = 0;
  isWholeAge = true;
}

export function charge(zone: number, ms: number): void {
  used[zone - 1] += ms;
  if (clock === 0 && day > 0) day = -day;
}

/**
 * What a zone may still have today, ms.
 * @param dated the clock is set
 * @param byHand a person asked for it
 */
export function allowance(program: Program, zone: number, dated: boolean, byHand: boolean): number {
  let seconds = 0;
  for (const watering of program.waterings) if (watering.zone === zone) seconds += watering.seconds;
  const often = program.everyMinutes;
  const starts = dated ? program.startMinutes.length : often > 0 ? Math.ceil(Day.Minutes / often) : 0;
  const most = seconds * program.rounds * starts * 1000 + (byHand ? Book.ManualMs : 0);
  return Math.max(most - used[zone - 1], 0);
}
