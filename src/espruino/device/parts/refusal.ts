import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { nativeRefusal } from "../../../core/firmware/native-offer.js";
import type { Offer } from "../../../core/offer.js";
import { RunPhase } from "../../../core/update-run.js";
import { onTrial } from "../resident/facts.js";
import { Part } from "../resident/parts.js";
import { permitRules } from "../resident/permit-rules.js";
import type { Resident } from "../resident/resident.js";
import { userSlot } from "../user-slot.js";

/** Why no update may begin now, whatever it is; undefined: one may. */
export function refusal(it: Resident, offer?: Offer): Fault | undefined {
  if (it.gone) return fault(FaultNumber.OnTrial, "restarting, try again in 5 s");
  if (it.done || onTrial(it)) return fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
  if (BOARD_USER2 !== 0 && offer !== undefined) {
    const why = nativeRefusal(offer, userSlot(), BOARD_AGENT_BLOCKS * BOARD_BLOCK);
    if (why !== undefined) return why;
  }
  // What has begun may end, whatever the clock says meanwhile. And an agent alone waits to be rescued.
  if (!BOARD_PERMIT || it.boot.app < 0 || (it.run !== undefined && it.run.phase !== RunPhase.Idle))
    return undefined;
  const rules = permitRules(it);
  return rules === undefined ? undefined : it.load(Part.Permit)(rules, it.until > it.now()).refused;
}
