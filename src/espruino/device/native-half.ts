import { type AppHeader, appHeaderLength, Engine, parseAppHeader } from "../../core/app-header.js";
import { Journal } from "../../core/journal.js";
import { Notes } from "../../core/notes.js";
import type { Flash } from "../../core/ports.js";
import { SlotWriter } from "../../core/slot-writer.js";
import { engineBytes } from "./engine-bytes.js";
import { engineChecksum } from "./engine-checksum.js";
import { storeFlash, storeOfBoard } from "./engine-flash.js";
import type { NativeHalf } from "./native-parts.js";
import { openNative } from "./on-demand/native.js";
import { userSlot } from "./user-slot.js";

function headerAt(storage: Flash, block: number): AppHeader | undefined {
  const head = storage.read(appHeaderLength, block * BOARD_BLOCK);
  const header = parseAppHeader(engineBytes, engineChecksum.crc32, head);
  return typeof header === "string" || header.engine !== Engine.Espruino ? undefined : header;
}

/** Everything about the native updater that is not there all the time. */
export function nativeHalf(journal: Journal): NativeHalf {
  return openNative({
    bytes: engineBytes,
    checksum: engineChecksum,
    layout: storeOfBoard,
    store: storeFlash,
    journal: journal,
    writer: new SlotWriter(engineBytes, storeFlash),
    journalOf: (storage) => new Journal(engineBytes, engineChecksum, storage, storeOfBoard.journal),
    notesOf: (storage) => new Notes(engineBytes, engineChecksum, storage, storeOfBoard.notes),
    headerAt: headerAt,
    userSlot: userSlot(),
  });
}
