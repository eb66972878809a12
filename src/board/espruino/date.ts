import type { Machine } from "./machine.js";
import { typeName } from "./values.js";

/** [year, month, day, hour, minute, second, millisecond, day of the week] */
type Fields = number[];

/** A Date as the firmware holds it: ms since 1970. */
interface ChipDate {
  ms: number;
}

/** Espruino's Date (src/jswrap_date.c), with the chip's time, and what sets its zone: E.setTimeZone and E.setDST. */
export function installDate(machine: Machine, now: () => number): void {
  const { realm } = machine;
  let zone = fixedZone(0);
  const e = (realm.global as { E: Record<string, unknown> }).E;
  e["setTimeZone"] = machine.api((hours: unknown) => {
    zone = fixedZone(Number(hours));
  });
  e["setDST"] = machine.api((...rules: unknown[]) => {
    if (rules.length !== 12) throw realm.error("Error", "Unexpected arguments");
    zone = summerZone(rules.map((rule) => Number(rule) | 0));
  });

  const fieldsAt = (ms: number, minutes: number): Fields => {
    const at = new Date(ms + minutes * 60_000);
    const date = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
    const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds()];
    return [...date, ...time, at.getUTCDay()];
  };
  const compose = ([year, month, day, hour = 0, minute = 0, second = 0, ms = 0]: Fields): number => {
    const local = utc(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    return local - zone(local, true).minutes * 60_000;
  };
  const create = (args: unknown[]): number => {
    const [first] = args;
    if (args.length === 0) return now();
    if (args.length > 1) return compose(Array.from({ length: 7 }, (_, index) => Number(args[index]) | 0));
    if (typeof first === "string") return parseDate(first, zone);
    if (typeof first !== "number" && typeof first !== "boolean")
      throw realm.error(
        "TypeError",
        `Variables of type ${typeName(first)} are not supported in date constructor`,
      );
    return Number(first);
  };
  const checked = (ms: number): number => {
    if (ms < -3.95083256832e16 || ms >= 3.93840543168e16) throw realm.error("Error", "Date out of bounds");
    return ms;
  };

  const dateClass = realm.evaluate(
    "(function(ms) { return function Date() { var d = this instanceof Date ? this : Object.create(Date.prototype); d.ms = ms.apply(null, arguments); return d; }; })",
    "Date",
  ) as (ms: unknown) => { prototype: Record<string, unknown> };
  const made = dateClass(machine.api((...args: unknown[]) => checked(create(args))));
  const localFields = (date: ChipDate) => fieldsAt(date.ms, zone(date.ms, false).minutes);

  const names = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds", "Day"];
  names.forEach((name, index) => {
    machine.methods<ChipDate>(made.prototype, {
      [`get${name}`]: (date) => localFields(date)[index],
      [`getUTC${name}`]: (date) => fieldsAt(date.ms, 0)[index],
    });
    if (name === "Day") return;
    // what may follow the field itself: month and day behind a year, smaller units behind an hour
    const last = index < 3 ? 2 : 6;
    machine.methods<ChipDate>(made.prototype, {
      [`set${name}`]: (date, ...args) => {
        const fields = localFields(date);
        args.forEach((value, more) => {
          const isMore = more > 0 && typeof value !== "number";
          if (index + more <= last && !isMore) fields[index + more] = Number(value) | 0;
        });
        date.ms = compose(fields);
        return date.ms;
      },
    });
  });

  const two = (value: number) => String(value).padStart(2, "0");
  const clock = (fields: Fields) => fields.slice(3, 6).map(two).join(":");
  const offset = (date: ChipDate) => {
    const { minutes } = zone(date.ms, false);
    const size = Math.abs(minutes);
    return `${minutes < 0 ? "-" : "+"}${String(Math.trunc(size / 60) * 100 + (size % 60)).padStart(4, "0")}`;
  };
  const isoText = (fields: Fields) =>
    `${fields[0]}-${two(fields[1] + 1)}-${two(fields[2])}T${clock(fields)}.${String(fields[6]).padStart(3, "0")}`;
  const isoUtc = (date: ChipDate) => `${isoText(fieldsAt(date.ms, 0))}Z`;
  machine.methods<ChipDate>(made.prototype, {
    getTime: (date) => date.ms,
    valueOf: (date: ChipDate) => date.ms,
    setTime: (date, ms) => {
      date.ms = checked(Number(ms));
      return date.ms;
    },
    getTimezoneOffset: (date) => 0 - zone(date.ms, false).minutes,
    getIsDST: (date) => Number(zone(date.ms, false).summer),
    toString: (date: ChipDate) => {
      const at = localFields(date);
      return `${days[at[7]]} ${months[at[1]]} ${at[2]} ${at[0]} ${clock(at)} GMT${offset(date)}`;
    },
    toUTCString: (date) => {
      const at = fieldsAt(date.ms, 0);
      return `${days[at[7]]}, ${at[2]} ${months[at[1]]} ${at[0]} ${clock(at)} GMT`;
    },
    toISOString: isoUtc,
    toJSON: isoUtc,
    toLocalISOString: (date) => isoText(localFields(date)) + offset(date),
  });
  machine.methods(made, {
    now,
    parse: (_date, text) => (typeof text === "string" ? parseDate(text, zone) : 0),
  });
  realm.define("Date", made);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const name = "([A-Za-z]+)";
const clock = String.raw`(?:\s*(\d+)(?::(\d+)(?::(\d+(?:\.\d*)?)\s*([A-Za-z]+)?\s*(?:([+-])(\d+)(?::(\d+))?)?)?)?)?`;
/** 2011-10-20T14:48:00 - Mon, 25 Dec 1995 13:30:00 +0430 - Aug 9, 1995 */
const iso = new RegExp(String.raw`^\s*(\d+)-(\d+)-(\d+)(?:T(?=\d)${clock})?`);
const mail = new RegExp(String.raw`^\s*(?:${days.join("|")}),\s*(\d+)\s+${name}\s+(\d+)${clock}`);
const plain = new RegExp(String.raw`^\s*${name}\s+(\d+),\s*(\d+)${clock}`);

/** Date.parse: ms since 1970; what it cannot read is 1970, and no zone means ours (src/jswrap_date.c). */
function parseDate(text: string, zone: Zone): number {
  const ours = (ms: number) => ms - zone(ms, true).minutes * 60_000;
  const fields = (
    match: RegExpExecArray,
    order: (text: readonly string[]) => [string, number, string],
  ): number => {
    const [year, month, day] = order(match.slice(1, 4));
    const [hours, minutes, seconds, word, sign, first, second] = match.slice(4);
    const time =
      Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Math.trunc(Number(seconds ?? 0) * 1000) / 1000;
    const ms = utc(Number(year), month, Number(day)) + Math.round(time * 1000);
    if (sign === undefined || first === undefined) return word === "Z" || word === "GMT" ? ms : ours(ms);
    const zoned =
      first.length === 4 ? (Number(first) % 100) + Math.trunc(Number(first) / 100) * 60 : Number(first) * 60;
    return ms - (sign === "-" ? -1 : 1) * (zoned + Number(second ?? 0)) * 60_000;
  };
  const found = iso.exec(text);
  if (found) return fields(found, ([year, month, day]) => [year, Number(month) - 1, day]);
  const mailed = mail.exec(text);
  if (mailed) return fields(mailed, ([day, month, year]) => [year, Math.max(months.indexOf(month), 0), day]);
  const named = plain.exec(text);
  if (named && months.includes(named[1]))
    return fields(named, ([month, day, year]) => [year, months.indexOf(month), day]);
  return ours(0);
}

/** ms of a day in Greenwich; years below 100 are years below 100. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

const minute = 60_000;

/** Minutes east of Greenwich. @param isLocal `ms` counts in local time, not in Greenwich's */
type Zone = (ms: number, isLocal: boolean) => { readonly minutes: number; readonly summer: boolean };

/** E.setTimeZone (src/jswrap_date.c). */
function fixedZone(hours: number): Zone {
  const minutes = Math.trunc(hours * 60) || 0;
  return () => ({ minutes, summer: false });
}

/** E.setDST. @param rules its twelve numbers */
function summerZone([more, base, ...changes]: readonly number[]): Zone {
  if (more === 0) return () => ({ minutes: base, summer: false });
  return (ms, isLocal) => {
    const year = new Date(ms).getUTCFullYear();
    const start = change(year, changes.slice(0, 5)) - (isLocal ? 0 : base * minute);
    const end = change(year, changes.slice(5)) - (isLocal ? 0 : (base + more) * minute);
    const summer = start < end ? ms >= start && ms < end : ms < end || ms >= start;
    return { minutes: summer ? base + more : base, summer };
  };
}

/** Local time of a change: the n-th (4: the last) day of the week in a month, days after it, minutes of that day. */
function change(year: number, [nth, day, month, days, minutes]: readonly number[]): number {
  const last = nth === 4;
  const first = new Date(Date.UTC(year, last ? month + 1 : month, 1));
  const toDay = (7 - first.getUTCDay() + day) % 7;
  return first.getTime() + ((last ? toDay - 7 : 7 * nth + toDay) + days) * 1440 * minute + minutes * minute;
}
