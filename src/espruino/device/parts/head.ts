import { readHead } from "../../../core/web/http-head.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Head] };

exports.open = readHead;
