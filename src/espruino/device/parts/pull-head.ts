import { readHead } from "../../../core/pull/response-head.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullHead] };

// The engine's chunks are text.
exports.open = readHead as unknown as PartTypes[Part.PullHead];
