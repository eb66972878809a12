import { takeForm } from "../../../core/web/multipart.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Form] };

exports.open = takeForm;
