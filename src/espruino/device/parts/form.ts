import { MultipartReader } from "../../../core/web/multipart.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Form] };

exports.open = (boundary, length) => new MultipartReader(boundary, length);
