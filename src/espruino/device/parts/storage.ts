import type { Flash } from "../../../core/ports.js";
import { storageHeaderLength, storeFileName } from "../../../core/update/store.js";
import { CopyHead, Tidy, TidyFor } from "../../../core/update/tidy.js";
import { engineBytes } from "../ports/bytes.js";
import { crc32 } from "../ports/crypto.js";
import { storeFlash, storeOfBoard } from "../ports/flash.js";
import { Part, type PartTypes, type Resident } from "../resident/resident.js";

/** All of Storage, by its addresses on the chip. */
const allOfStorage: Flash = {
  status: () => {
    return {
      size: BOARD_STORAGE_SIZE,
      blockLength: BOARD_BLOCK,
      blocks: BOARD_STORAGE_SIZE / BOARD_BLOCK,
    };
  },
  read: (length, offset) => E.toString(require("Flash").read(length, (BOARD_STORAGE + offset) | 0)),
  write: (bytes, offset) => {
    E.kickWatchdog();
    require("Flash").write(bytes as unknown as string, (BOARD_STORAGE + offset) | 0);
  },
  eraseBlock: (start, end) => {
    for (let block = start; block < end; block++) {
      E.kickWatchdog();
      require("Flash").erasePage((BOARD_STORAGE + block * BOARD_BLOCK) | 0);
    }
  },
};

/** Wins back the room of deleted files, or ends what a start found begun (core/update/tidy.ts). */
export const tidy: PartTypes[Part.Tidy] = (it, need, name) => {
  const work = new Tidy(engineBytes, { crc32: crc32 }, allOfStorage, storeFlash, storeOfBoard);
  if (work.isBegun()) work.finish();
  if (need === TidyFor.Start) return;
  // The engine clears variables that point into a file it erases: they would show something else from now on.
  work.begin(it.boot.slot, need, name, (moved) => require("Storage").erase(moved));
  work.finish();
};

/** Bytes of a StorageFile's chunk (Espruino src/jswrap_storage.c STORAGEFILE_CHUNKSIZE). */
const chunkLength =
  (BOARD_STORAGE_SIZE >= 1000000 ? 10 * BOARD_BLOCK : BOARD_BLOCK < 4096 ? BOARD_BLOCK : 4096) -
  storageHeaderLength;

/** The engine's own, by the names that they have there; `append` is StorageFile's `write`. */
type Own = Pick<EspruinoStorage, "write" | "writeJSON" | "erase"> & {
  readonly append: EspruinoStorageFile["write"];
  /** `Wifi.save`: in C, it does not pass the functions that are guarded here. */
  readonly saveWifi: ((what?: unknown) => void) | undefined;
};
/** Bytes that the engine may make of the network's settings; five names and passwords of at most 64. */
const wifiLength = 600;

let it: Resident | undefined;
let own: Own | undefined;

/** Throws for files that are none of the application's. @param name as the engine takes it, with a drive or not */
function refuse(name: unknown): void {
  let plain = `${name}`.split("\0")[0];
  if (plain.charAt(1) === ":") plain = plain.slice(2);
  const isOurs = plain === storeFileName || plain.slice(0, 7) === "sluice.";
  if (isOurs || plain.slice(0, 5) === ".boot" || plain === ".varimg")
    throw new Error(`Storage: ${plain} is not the application's`);
}

/** Whether room has been won back half way. Until that has ended, what is written would be lost. */
function isBegun(): boolean {
  for (let slot = 1; slot <= 2; slot++) {
    const end = (5 + 2 * BOARD_AGENT_BLOCKS + slot * BOARD_APP_BLOCKS) * BOARD_BLOCK;
    const mark = require("Storage").read(storeFileName, end - CopyHead.Length - storageHeaderLength, 4);
    if (mark === CopyHead.Mark) return true;
  }
  return false;
}

/**
 * Sees to it that the engine need not compact to make a file, and that nothing lies where its header goes: a power cut may
 * have left some of another one there.
 * @throws Error when there is no room
 */
function makeRoom(length: number, name: string): void {
  const need = length + storageHeaderLength + 3;
  const free = require("Storage").getFree();
  if (free >= need + BOARD_BLOCK && !isBegun()) {
    const end = (BOARD_STORAGE + BOARD_STORAGE_SIZE - free) | 0;
    if (E.sum(require("Flash").read(storageHeaderLength, end)) === 255 * storageHeaderLength) return;
  }
  if (it !== undefined) it.load(Part.Tidy)(it, need, name);
}

/** What the engine makes of it. */
function textOf(data: unknown): string {
  if (typeof data === "string") return data;
  const list = data as { length?: number; byteLength?: number };
  const isPlain = typeof data === "object" && list.length === undefined && list.byteLength === undefined;
  return isPlain ? JSON.stringify(data) : E.toString(data as ArrayBuffer);
}

function write(name: string, data: unknown, offset?: number, size?: number): boolean | undefined {
  refuse(name);
  if (own === undefined) return undefined;
  if (offset || data === undefined || data === null) return own.write(name, data, offset, size);
  const text = textOf(data);
  // What holds this already the engine leaves alone.
  if (size || require("Storage").read(name) !== text) makeRoom(Math.max(text.length, size || 0), name);
  return own.write(name, text, 0, size);
}

function writeJson(name: string, data: unknown): boolean | undefined {
  refuse(name);
  // The engine's own JSON is shorter, if anything.
  makeRoom(`${JSON.stringify(data)}`.length, name);
  return own === undefined ? undefined : own.writeJSON(name, data);
}

function append(this: EspruinoStorageFile, data: unknown): void {
  const isFull = this.offset === 0 || this.offset + `${data}`.length >= chunkLength;
  if (isFull || isBegun()) makeRoom(chunkLength, "");
  if (own !== undefined) own.append.call(this, data);
}

function saveWifi(what?: unknown): void {
  if (what !== "clear") makeRoom(wifiLength, ".wificfg");
  if (own !== undefined && own.saveWifi !== undefined) own.saveWifi(what);
}

function erase(name: string): void {
  refuse(name);
  if (own !== undefined) own.erase(name);
}

function compact(): void {
  if (it !== undefined && require("Storage").getStats().trashBytes > 0) it.load(Part.Tidy)(it, 0, "");
}

function eraseAll(): void {
  if (it !== undefined) it.load(Part.Tidy)(it, TidyFor.Nothing, "");
}

/**
 * Makes of the engine's `require("Storage")` what an application may work with: it never compacts as the engine does, and
 * what is not the application's is refused. Stays as long as the application.
 */
export const storage: PartTypes[Part.Storage] = (resident) => {
  it = resident;
  const engine = require("Storage");
  own = {
    write: engine.write,
    writeJSON: engine.writeJSON,
    erase: engine.erase,
    append: engine.open(storeFileName, "r").write,
    saveWifi: BOARD_CHIP === "linux" ? undefined : require("Wifi").save,
  };
  if (BOARD_CHIP !== "linux") require("Wifi").save = saveWifi;
  engine.write = write;
  engine.writeJSON = writeJson;
  engine.erase = erase;
  engine.compact = compact;
  engine.eraseAll = eraseAll;
  StorageFile.prototype.write = append;
};
