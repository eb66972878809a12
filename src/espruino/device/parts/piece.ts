import { storageHeaderLength, storeFileName } from "../../../core/update/store.js";
import type { Part, PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Piece] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** Bytes of the page that are in memory at a time. */
const pieceBytes = 1024;

/** The page lies between the agent's resident code and its parts. */
exports.open = (left) => {
  const end = resident.boot.behind - storageHeaderLength + SLUICE_PAGE_LENGTH;
  const length = left < pieceBytes ? left : pieceBytes;
  return require("Storage").read(storeFileName, end - left, length) as string;
};
