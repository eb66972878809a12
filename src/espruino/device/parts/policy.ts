import type { Part, PartTypes } from "../resident/parts.js";
import { refusal } from "./refusal.js";

declare const exports: { open: PartTypes[Part.Policy] };

/** Whether an update may begin now. */
exports.open = refusal;
