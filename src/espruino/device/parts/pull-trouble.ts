import { trouble } from "../../../core/pull/trouble.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullTrouble] };

exports.open = trouble;
