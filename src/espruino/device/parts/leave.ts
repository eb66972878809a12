import { errandOf, longestErrand } from "../../../core/update/errand.js";
import { Record } from "../../../core/update/journal.js";
import { optionsOf, Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { readSettings } from "../settings.js";
import type { OtaOptions } from "../sluice.js";
import { md5Of, secretsOf } from "./auth.js";
import { pullErrand } from "./pull-note.js";

declare const exports: { open: PartTypes[Part.Leave] };

/** What the agent has to know of the application's wishes while it is alone. */
function optionsAlone(it: Resident): object {
  const options = optionsOf(it);
  const own = it.user;
  const kept: { -readonly [K in keyof OtaOptions]: OtaOptions[K] } = {};
  if (options.port !== undefined) kept.port = options.port;
  if (options.hostname !== undefined) kept.hostname = options.hostname;
  if (options.web !== undefined) kept.web = options.web;
  // Only its MD5, as provisioning keeps it.
  const stored = readSettings();
  const known = secretsOf(it, stored, own === undefined ? "" : own[1]);
  const md5 = known.plain === "" ? known.md5 : md5Of(it, known.plain);
  if (md5 !== (stored.md5 || "")) kept.passwordHash = md5;
  return kept;
}

/** Notes what to do after the restart into update mode. */
exports.open = (it, waiting, offer) => {
  const text = JSON.stringify(errandOf(waiting, offer, pullErrand(it.pull), optionsAlone(it)));
  if (text.length > longestErrand) throw new Error("too many options for a restart");
  it.load(Part.Notes)().setErrand(text);
  it.note(Record.Errand);
};
