import { SafeState, type SafeStep } from "../../../core/safe-state.js";
import { UpdateRun } from "../../../core/update-run.js";
import { block } from "../ports/engine-bytes.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { optionsOf, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { pinStep } from "../safe-pins.js";
import { refusal } from "./policy.js";
import { SlotTarget } from "./slot-target.js";

declare const exports: { open: (it: Resident) => UpdateRun };

/** The update that every way in makes, with its safe state and its targets. */
exports.open = (it) => {
  const boot = it.boot;
  const options = optionsOf(it);
  const steps: SafeStep[] = [];
  for (const step of options.safeState || []) steps[steps.length] = step;
  if (boot.safePins.length > 0) steps[steps.length] = pinStep(boot.safePins, steps.length === 0, it.now);
  const safe = new SafeState();
  safe.setSteps(steps);
  const md5 = engineMd5(() => it.load(Part.Md5));
  const run = new UpdateRun({
    bytes: { block: block },
    crypto: { md5: md5 },
    targets: [new SlotTarget(it, md5)],
    safe: safe,
    policy: () => refusal(it),
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
