import { faultWords } from "../../../core/fault-words.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Words] };

/** What a fault is called: fetched when there is one, instead of lying in every part that may make one. */
exports.open = faultWords;
