import { upload } from "../../../core/web/web-upload.js";
import { Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Upload] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** A turn in an upload. */
exports.open = (up, socket, now) => {
  const it = resident;
  const host = {
    open: it.open,
    form: (boundary: string, length: number) => it.load(Part.Form)(boundary, length),
    notify: it.tell,
    restarts: it.opts === undefined || it.opts.rebootOnSuccess !== false,
  };
  return upload(host, up, socket, now);
};
