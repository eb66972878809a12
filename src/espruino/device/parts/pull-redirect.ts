import { followRedirect } from "../../../core/pull/redirect.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullRedirect] };

exports.open = followRedirect;
