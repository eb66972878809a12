import { judgePermit, type Permit, type PermitRules } from "../../../core/permit/permit.js";

/** One look at the clock: read for every offer, and nothing of it stays in memory. */
export function permitNow(asked: { rules: PermitRules; armed: boolean }): Permit {
  return judgePermit(asked.rules, getTime(), asked.armed);
}
