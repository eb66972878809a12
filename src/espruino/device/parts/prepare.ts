import { begin } from "../../../core/web/begin.js";
import type { Part, PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Prepare] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

exports.open = (now, what) => begin(resident.open(), resident.tell, now, what);
