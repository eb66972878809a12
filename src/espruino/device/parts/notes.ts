import { Notes } from "../../../core/update/notes.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import { storeFlash, storeOfBoard } from "../ports/engine-flash.js";
import type { NotesPart } from "../resident/parts.js";

declare const exports: { open: () => NotesPart };

/** What the application keeps across restarts: read anew each time, so that nothing of it stays in memory. */
exports.open = () => {
  const notes = new Notes(engineBytes, { crc32: crc32 }, storeFlash, storeOfBoard.notes);
  notes.open();
  return notes;
};
