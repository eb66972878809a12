import { weekdayOf } from "./civil.js";
import { daySeconds, isInside, secondsToStart, type WeekWindow } from "./week-window.js";
import type { Zone } from "./zone.js";
import { type ZoneMoment, zoneAt } from "./zone-moment.js";

/** A start that summer time swallows, and the one a week later; then it has been found, or there is none. */
const mostSteps = 8;

/**
 * Seconds until the window is open by the local clock: 0 now, -1 never.
 * @param now seconds since 1970, UTC
 * @param moment the zone's clock then
 */
export function secondsToOpening(window: WeekWindow, zone: Zone, now: number, moment: ZoneMoment): number {
  let at = now;
  let clock = moment;
  for (let step = 0; step < mostSteps; step++) {
    const local = at + clock.offset;
    const day = Math.floor(local / daySeconds);
    const weekday = weekdayOf(day);
    const second = local - day * daySeconds;
    if (isInside(window, weekday, second)) return at - now;
    const wait = secondsToStart(window, weekday, second);
    if (wait < 0) return -1;
    // Between two changes the local clock runs as ours does.
    if (clock.until < 0 || clock.until >= at + wait) return at + wait - now;
    at = clock.until;
    clock = zoneAt(zone, at);
  }
  return -1;
}
