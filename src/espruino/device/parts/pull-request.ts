import { requestOf } from "../../../core/pull/request.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullRequest] };

exports.open = requestOf;
