import { answerText } from "../../../core/web/reply.js";
import { optionsOf, type Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { webSettings } from "../resident/web-settings.js";
import { readSettings } from "../settings.js";

declare const exports: { open: PartTypes[Part.Answer] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

exports.open = (what, toUpload) => {
  const settings = toUpload ? webSettings(readSettings().web, optionsOf(resident).web) : undefined;
  return answerText(what, settings !== undefined && settings.classicStatus);
};
