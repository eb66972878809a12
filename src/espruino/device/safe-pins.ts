import type { SafePin } from "../../core/bundle/header.js";
import type { SafeStep } from "../../core/update/safe-state.js";
import { UpdatePhase } from "../../core/update/update.js";
import type { Resident } from "./resident/resident.js";

export function drivePins(pins: SafePin[]): void {
  for (const safe of pins) digitalWrite(new Pin(safe.pin), safe.level);
}

/** How long the pins must stay where they are, ms: longer than a period of a program that blinks. */
const enum Watch {
  Ms = 1200,
}

/**
 * The last step of every safe state, also for an application that names none: the pins themselves. Beside an application
 * they are watched for a while. One that drives a safe pin from a timer would undo the safe state in the middle of an
 * update, so the update goes on without it, in update mode (`it.moved`). If that shows only later, because the timer is
 * slow, this update ends before its commit, and the next one goes on in update mode.
 */
export function pinStep(it: Resident): SafeStep {
  const boot = it.boot;
  /** When all were first found at their level; -1: not yet. */
  let since = -1;
  return {
    name: "pins",
    deadlineMs: 4000,
    enter: () => {
      drivePins(boot.safePins);
      since = -1;
    },
    check: () => {
      const phase = it.run === undefined ? UpdatePhase.Idle : it.run.phase;
      const leaves = it.moved === true && (phase === UpdatePhase.Preparing || phase === UpdatePhase.Leaving);
      let text = "";
      for (const safe of boot.safePins) {
        if (digitalRead(new Pin(safe.pin)) === safe.level) continue;
        digitalWrite(new Pin(safe.pin), safe.level);
        text = `pin ${safe.pin} is not at its safe level`;
        if (since < 0 || boot.app < 0) continue;
        it.moved = true;
        text = `pin ${safe.pin} is driven by the application`;
        // Our uploader comes back by itself (host/espota/upload-error.ts).
        if (phase !== UpdatePhase.Preparing) text += ", try again in 1 s";
      }
      if (leaves) return true;
      if (text !== "") return text;
      if (since < 0) since = it.now();
      return boot.app < 0 || it.now() - since >= Watch.Ms ? true : "pins are watched";
    },
    // The application owns its pins and decides itself what it resumes.
    leave: () => {},
  };
}
