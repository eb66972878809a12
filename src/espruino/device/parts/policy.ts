import { FaultNumber, fault } from "../../../core/errors.js";
import { RunPhase } from "../../../core/update/update.js";
import { onTrial } from "../resident/facts.js";
import { Part, type PartTypes } from "../resident/parts.js";
import { permitRules } from "../resident/permit-rules.js";

declare const exports: { open: PartTypes[Part.Policy] };

/** Why no update may begin now, whatever it is; undefined: one may. */
exports.open = (it) => {
  if (it.gone) return fault(FaultNumber.OnTrial, "restarting, try again in 5 s");
  if (it.done || onTrial(it)) return fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
  // What has begun may end, whatever the clock says meanwhile. And an agent alone waits to be rescued.
  if (it.boot.app < 0 || (it.run !== undefined && it.run.phase !== RunPhase.Idle)) return undefined;
  const rules = permitRules(it);
  return rules === undefined ? undefined : it.load(Part.Permit)(rules, it.until > it.now()).refused;
};
