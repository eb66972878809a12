import { weekdayOf } from "./civil.js";
import { daySeconds, isInside, secondsToStart, type WeekWindow } from "./week-window.js";
import { nextChange, offsetAt, type Zone } from "./zone.js";

/** A start that summer time swallows, and the one a week later; then it has been found, or there is none. */
const mostSteps = 8;

/**
 * Seconds until the window is open by the local clock: 0 now, -1 never.
 * @param now seconds since 1970, UTC
 */
export function secondsToOpening(window: WeekWindow, zone: Zone, now: number): number {
  let at = now;
  for (let step = 0; step < mostSteps; step++) {
    const local = at + offsetAt(zone, at);
    const day = Math.floor(local / daySeconds);
    const weekday = weekdayOf(day);
    const second = local - day * daySeconds;
    if (isInside(window, weekday, second)) return at - now;
    const wait = secondsToStart(window, weekday, second);
    if (wait < 0) return -1;
    const change = nextChange(zone, at);
    // Between two changes the local clock runs as ours does.
    at = change > at && change < at + wait ? change : at + wait;
  }
  return -1;
}
