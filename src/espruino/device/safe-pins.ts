import type { SafePin } from "../../core/bundle/header.js";
import type { SafeStep } from "../../core/update/safe-state.js";

export function drivePins(pins: SafePin[]): void {
  for (const safe of pins) digitalWrite(new Pin(safe.pin), safe.level);
}

/** How long pins are watched that no other step answers for, ms: longer than a period of a program that blinks. */
const watchMs = 1200;

/**
 * The last step of every safe state, also for an application that names none: the pins themselves. Where it is the only
 * one, the program does not know to leave them alone: then they have to stay where they are for a while, so that a
 * program that drives them from a timer is refused before the first byte and not after the last.
 */
export function pinStep(pins: SafePin[], isOnly: boolean, now: () => number): SafeStep {
  let since = 0;
  return {
    name: "pins",
    deadlineMs: 4000,
    enter: () => {
      drivePins(pins);
      since = now();
    },
    check: () => {
      for (const safe of pins) {
        if (digitalRead(new Pin(safe.pin)) === safe.level) continue;
        digitalWrite(new Pin(safe.pin), safe.level);
        since = now();
        return `pin ${safe.pin} is not at its safe level`;
      }
      return isOnly && now() - since < watchMs ? "pins are watched" : true;
    },
    // The application owns its pins and decides itself what it resumes.
    leave: () => {},
  };
}
