import { upload } from "../../../core/web/web-upload.js";
import { optionsOf, type Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Upload] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

exports.open = (up, socket, now) => upload(up, socket, now, optionsOf(resident).rebootOnSuccess !== false);
