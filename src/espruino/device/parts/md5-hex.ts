import { md5Hex } from "../../../core/md5-hex.js";
import { fromText } from "../ports/engine-bytes.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Md5Hex] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** For passwords of which only an MD5 is known. */
exports.open = (text) =>
  md5Hex({ fromText: fromText }, { md5: engineMd5(() => resident.load(Part.Md5)) }, text);
