import { verifyBundle } from "../../../core/bundle/judge.js";
import { headBytes } from "../ports/engine-bytes.js";
import { crc32, sha256Hex } from "../ports/engine-crypto.js";
import { storeFlash } from "../ports/engine-flash.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Bundled] };

/** Whether flash holds the bundle that was sent. */
exports.open = (start, place, sha256) => {
  return verifyBundle(headBytes, { crc32: crc32, sha256Hex: sha256Hex }, storeFlash, start, place, sha256);
};
