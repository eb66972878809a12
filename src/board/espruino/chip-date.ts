import { days, months, parseDate, utc } from "./date-parse.js";
import type { Machine } from "./machine.js";
import { TimeZone } from "./time-zone.js";
import { typeName } from "./type-name.js";

/** [year, month, day, hour, minute, second, millisecond] */
type Fields = number[];

/** Espruino's Date (src/jswrap_date.c), with the chip's time, and what sets its zone: E.setTimeZone and E.setDST. */
export function installDate(machine: Machine, now: () => number): void {
  const { realm } = machine;
  const zone = new TimeZone();
  const e = (realm.global as { E: Record<string, unknown> }).E;
  e["setTimeZone"] = machine.api((hours: unknown) => zone.set(Number(hours)));
  e["setDST"] = machine.api((...rules: unknown[]) => {
    if (rules.length !== 12) throw realm.error("Error", "Unexpected arguments");
    zone.setSummer(rules.map((rule) => Number(rule) | 0));
  });

  const fieldsAt = (ms: number, minutes: number): Fields => {
    const at = new Date(ms + minutes * 60_000);
    const date = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
    return [
      ...date,
      at.getUTCHours(),
      at.getUTCMinutes(),
      at.getUTCSeconds(),
      at.getUTCMilliseconds(),
      at.getUTCDay(),
    ];
  };
  const compose = ([year, month, day, hour = 0, minute = 0, second = 0, ms = 0]: Fields): number => {
    const local = utc(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    return local - zone.at(local, true).minutes * 60_000;
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
  const hide = (holder: object, name: string, value: unknown): void => {
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });
  };
  const method = (name: string, call: (date: { ms: number }, ...args: number[]) => unknown): void =>
    hide(
      made.prototype,
      name,
      machine.api(function (this: unknown, ...args: unknown[]) {
        return call(this as { ms: number }, ...(args as number[]));
      }),
    );
  const zoneOf = (date: { ms: number }) => zone.at(date.ms, false);

  const names = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds", "Day"];
  names.forEach((name, index) => {
    method(`get${name}`, (date) => fieldsAt(date.ms, zoneOf(date).minutes)[index]);
    method(`getUTC${name}`, (date) => fieldsAt(date.ms, 0)[index]);
    if (name === "Day") return;
    // what may follow the field itself: month and day behind a year, smaller units behind an hour
    const last = index < 3 ? 2 : 6;
    method(`set${name}`, (date, ...args) => {
      const fields = fieldsAt(date.ms, zoneOf(date).minutes);
      args.forEach((value, more) => {
        const isMore = more > 0 && typeof value !== "number";
        if (index + more <= last && !isMore) fields[index + more] = Number(value) | 0;
      });
      date.ms = compose(fields);
      return date.ms;
    });
  });
  method("getTime", (date) => date.ms);
  method("valueOf", (date) => date.ms);
  method("setTime", (date, ms) => {
    date.ms = checked(Number(ms));
    return date.ms;
  });
  method("getTimezoneOffset", (date) => 0 - zoneOf(date).minutes);
  method("getIsDST", (date) => Number(zoneOf(date).summer));

  const two = (value: number) => String(value).padStart(2, "0");
  const clock = (fields: Fields) => fields.slice(3, 6).map(two).join(":");
  const offset = (minutes: number) => {
    const size = Math.abs(minutes);
    return `${minutes < 0 ? "-" : "+"}${String(Math.trunc(size / 60) * 100 + (size % 60)).padStart(4, "0")}`;
  };
  const isoText = (fields: Fields) =>
    `${fields[0]}-${two(fields[1] + 1)}-${two(fields[2])}T${clock(fields)}.${String(fields[6]).padStart(3, "0")}`;
  method("toString", (date) => {
    const { minutes } = zoneOf(date);
    const at = fieldsAt(date.ms, minutes);
    return `${days[at[7]]} ${months[at[1]]} ${at[2]} ${at[0]} ${clock(at)} GMT${offset(minutes)}`;
  });
  method("toUTCString", (date) => {
    const at = fieldsAt(date.ms, 0);
    return `${days[at[7]]}, ${at[2]} ${months[at[1]]} ${at[0]} ${clock(at)} GMT`;
  });
  for (const name of ["toISOString", "toJSON"]) method(name, (date) => `${isoText(fieldsAt(date.ms, 0))}Z`);
  method("toLocalISOString", (date) => {
    const { minutes } = zoneOf(date);
    return isoText(fieldsAt(date.ms, minutes)) + offset(minutes);
  });
  hide(made, "now", machine.api(now));
  hide(
    made,
    "parse",
    machine.api((text: unknown) => (typeof text === "string" ? parseDate(text, zone) : 0)),
  );
  realm.define("Date", made);
}
