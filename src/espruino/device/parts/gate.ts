import { gate } from "../../../core/web/gate.js";
import { optionsOf, type Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { webSettings } from "../resident/web-settings.js";
import { readSettings } from "../settings.js";

declare const exports: { open: PartTypes[Part.Gate] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** What a request is for. */
exports.open = (head) => {
  const it = resident;
  const options = optionsOf(it);
  const stored = readSettings();
  const settings = webSettings(stored.web, options.web);
  if (settings === undefined) throw new Error("no page");
  const host = {
    path: settings.path,
    name: (it.name !== undefined && it.name.held) || stored.host || options.hostname || "",
    pageLength: SLUICE_PAGE_LENGTH,
    pageHeaders: "Content-Encoding: gzip\r\n",
  };
  return gate(host, head);
};
