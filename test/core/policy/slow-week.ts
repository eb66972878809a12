import type { Span } from "../../../src/core/policy/maintenance-window.js";

/** Node's ICU on a zone: minutes that local time is ahead of UTC. Offsets change on quarters of an hour. */
export class IcuZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #known = new Map<number, number>();

  constructor(readonly name: string) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: name,
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
    });
  }

  offsetSeconds(seconds: number): number {
    const quarter = Math.floor(seconds / 900) * 900;
    const known = this.#known.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(
      this.#format.formatToParts(quarter * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const local = Date.UTC(parts["year"], parts["month"] - 1, parts["day"], parts["hour"], parts["minute"]);
    const offset = local / 1000 - quarter;
    this.#known.set(quarter, offset);
    return offset;
  }
}

/** Every minute of a week, written out: open or not. */
export function openMinutes(spans: readonly Span[]): boolean[] {
  const open = new Array<boolean>(7 * 1440).fill(false);
  for (let day = 0; day < 7; day++)
    for (const { days, start, end } of spans)
      if ((days & (1 << day)) !== 0)
        for (let minute = start; minute < end; minute++) open[(day * 1440 + minute) % open.length] = true;
  return open;
}

/** Looks at one minute after the other, for two weeks. @param now whole minutes, in seconds since 1970 */
export function slowSecondsToOpening(
  open: readonly boolean[],
  offset: (seconds: number) => number,
  now: number,
): number {
  for (let at = now; at < now + 15 * 86400; at += 60) {
    const local = new Date((at + offset(at)) * 1000);
    const weekday = (local.getUTCDay() + 6) % 7;
    if (open[weekday * 1440 + local.getUTCHours() * 60 + local.getUTCMinutes()]) return at - now;
  }
  return -1;
}
