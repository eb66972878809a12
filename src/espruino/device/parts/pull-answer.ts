import { judgeAnswer } from "../../../core/pull/answer.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullAnswer] };

exports.open = judgeAnswer;
