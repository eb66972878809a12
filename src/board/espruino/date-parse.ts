import type { TimeZone } from "./time-zone.js";

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const name = "([A-Za-z]+)";
const clock = String.raw`(?:\s*(\d+)(?::(\d+)(?::(\d+(?:\.\d*)?)\s*([A-Za-z]+)?\s*(?:([+-])(\d+)(?::(\d+))?)?)?)?)?`;
/** 2011-10-20T14:48:00 - Mon, 25 Dec 1995 13:30:00 +0430 - Aug 9, 1995 */
const iso = new RegExp(String.raw`^\s*(\d+)-(\d+)-(\d+)(?:T(?=\d)${clock})?`);
const mail = new RegExp(String.raw`^\s*(?:${days.join("|")}),\s*(\d+)\s+${name}\s+(\d+)${clock}`);
const plain = new RegExp(String.raw`^\s*${name}\s+(\d+),\s*(\d+)${clock}`);

/** Date.parse: ms since 1970; what it cannot read is 1970, and no zone means ours (src/jswrap_date.c). */
export function parseDate(text: string, zone: TimeZone): number {
  const ours = (ms: number) => ms - zone.at(ms, true).minutes * 60_000;
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
export function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
