import { Engine } from "../../../core/app-header.js";
import { BundleTarget } from "../../../core/bundle-target.js";
import type { BootState } from "../../../core/journal.js";
import { SafeState, type SafeStep } from "../../../core/safe-state.js";
import type { Crypto } from "../../../core/ports.js";
import type { Target } from "../../../core/target.js";
import { UpdateRun } from "../../../core/update-run.js";
import { at, block, equal, toText } from "../ports/engine-bytes.js";
import { crc32, sha256Hex } from "../ports/engine-crypto.js";
import { storeFlash, storeOfBoard } from "../ports/engine-flash.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { optionsOf, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { pinStep } from "../safe-pins.js";
import { FirmwareSteps } from "./firmware-steps.js";
import { refusal } from "./policy.js";

declare const exports: { open: (it: Resident) => UpdateRun };

/** The update that every way in makes, with its safe state and its targets. */
exports.open = (it) => {
  const boot = it.boot;
  const options = optionsOf(it);
  const steps: SafeStep[] = [];
  for (const step of options.safeState || []) steps[steps.length] = step;
  if (boot.safePins.length > 0) steps[steps.length] = pinStep(boot.safePins);
  const safe = new SafeState();
  safe.setSteps(steps);
  const md5 = engineMd5(() => it.load(Part.Md5));
  const crypto: Crypto = BOARD_HAS_SHA256
    ? { md5: md5, crc32: crc32, sha256Hex: sha256Hex }
    : { md5: md5, crc32: crc32 };
  const state = (): BootState => boot as unknown as BootState;
  const bundles = new BundleTarget({ at: at, toText: toText, equal: equal }, crypto, storeFlash, storeOfBoard, { current: state, append: it.note }, {
    engine: Engine.Espruino,
    family: BOARD_FAMILY,
    agentVersion: SLUICE_VERSION,
  });
  const targets: Target[] = [bundles];
  if (BOARD_OTADATA !== 0) targets[1] = new FirmwareSteps(it, md5);
  const run = new UpdateRun({
    bytes: { block: block },
    crypto: crypto,
    targets: targets,
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
