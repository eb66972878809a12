import type { Part, PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { md5Of } from "./auth.js";

declare const exports: { open: PartTypes[Part.Md5Hex] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** For passwords of which only an MD5 is known. */
exports.open = (text) => md5Of(resident, text);
