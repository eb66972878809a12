import { judgePermit } from "../../../core/policy/permit.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Permit] };

/** One look at the clock: loaded for every offer, and nothing of it stays in memory. */
exports.open = (rules, armed) => judgePermit(rules, getTime(), armed);
