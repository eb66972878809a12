import { SafeState, type SafeStep } from "../../../core/update/safe-state.js";
import { UpdateRun } from "../../../core/update/update.js";
import { largestImage } from "../ports/chip-flash.js";
import { optionsOf, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { pinStep } from "../safe-pins.js";

declare const exports: { open: (it: Resident) => UpdateRun };

/** Variables that an image takes from its first byte on, with some to spare (npm run size). */
const imageVariables = 1000;
/** The engine for Linux makes itself more. */
const manyVariables = 16000;

/** The update that every way in makes, with its safe state and its targets. */
exports.open = (it) => {
  const boot = it.boot;
  const options = optionsOf(it);
  const steps: SafeStep[] = [];
  for (const step of options.safeState || []) steps[steps.length] = step;
  if (boot.safePins.length > 0) steps[steps.length] = pinStep(boot.safePins, steps.length === 0, it.now);
  const safe = new SafeState();
  safe.steps = steps;
  const run = new UpdateRun({
    capacity: (command) => (command === 0 ? largestImage() : 0),
    receiver: (offer) => it.load(Part.Receive)(it, offer),
    hasRoom: () =>
      boot.app < 0 || BOARD_VARIABLES >= manyVariables || process.memory().free >= imageVariables,
    safe: safe,
    policy: () => it.load(Part.Policy)(it),
    notify: (event) => {
      it.tell(event);
      if (event.event !== "committed") return;
      // What runs confirms nothing any more: the journal is about the new version, which has yet to start.
      it.done = true;
      if (it.arm !== undefined && it.until > 0) it.arm(0);
    },
  });
  run.hooks = options;
  return run;
};
