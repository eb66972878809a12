import type { SafePin } from "../../core/app-header.js";
import type { SafeStep } from "../../core/safe-state.js";

export function drivePins(pins: SafePin[]): void {
  for (const safe of pins) digitalWrite(new Pin(safe.pin), safe.level);
}

/** The last step of every safe state, also for an application that names none: the pins themselves. */
export function pinStep(pins: SafePin[]): SafeStep {
  return {
    name: "pins",
    deadlineMs: 1000,
    enter: () => {
      drivePins(pins);
    },
    check: () => {
      for (const safe of pins) {
        if (digitalRead(new Pin(safe.pin)) === safe.level) continue;
        digitalWrite(new Pin(safe.pin), safe.level);
        return `pin ${safe.pin} is not at its safe level`;
      }
      return true;
    },
    // The application owns its pins and decides itself what it resumes.
    leave: () => {},
  };
}
