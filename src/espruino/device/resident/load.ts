import { storageHeaderLength, storeFileName } from "../../../core/update/store.js";
import { UpdatePhase } from "../../../core/update/update.js";
import { Part, type PartTypes, type Resident } from "./resident.js";

/** The engine's own, whatever an application makes of the name later. */
export const every = setInterval;

let behind = 0;
let resident: Resident | undefined;

/** @param offset of the first part, bytes into the store */
export function partsBegin(it: Resident, offset: number): void {
  resident = it;
  behind = offset - storageHeaderLength;
}

/** Where a part ends, bytes behind the beginning of the first: a text in flash, as an array would take variables. */
function endOf(part: number): number {
  return part < 0 ? 0 : Number(SLUICE_PART_ENDS.slice(6 * part, 6 * part + 6));
}

/** Whether so many variables are free, if need be without the code of a page nobody has open, and of the board's name. */
export function hasRoom(wanted: number): boolean {
  // More than that has only the engine for Linux, which makes itself more.
  if (BOARD_VARIABLES >= 16000 || process.memory().free >= wanted) return true;
  const it = resident;
  if (it === undefined) return false;
  const run = it.run;
  if (it.page !== undefined && !it.page.isOpen() && (run === undefined || run.phase === UpdatePhase.Idle)) {
    it.page = undefined;
    it.run = undefined;
    if (process.memory().free >= wanted) return true;
  }
  // The name is looked after again at the next query for it. What has yet to be sent would keep all of it.
  const name = it.name;
  if (name !== undefined) {
    if (name.timer !== 0) clearTimeout(name.timer);
    name.timer = 0;
    name.work = undefined;
  }
  return process.memory().free >= wanted;
}

/**
 * Loads a part of the agent. Its functions take variables as long as the caller keeps what `open` returned.
 * @throws Error when too little memory is free
 */
export function load<P extends keyof PartTypes>(part: P): PartTypes[P] {
  const from = endOf(part - 1);
  const length = endOf(part) - from;
  // At most one for so many bytes of code (npm run size), and what stays free for what the part does.
  const bytesPerVariable = 16;
  let reserve = part === Part.Update ? 300 : 150;
  // With 150 an invitation right behind a visit ran out of memory.
  if (part === Part.Challenge) reserve = 230;
  // In update mode no application takes any of it meanwhile.
  if (resident !== undefined && resident.boot.app < 0) reserve = 80;
  if (!hasRoom(length / bytesPerVariable + reserve)) throw new Error("too little memory");
  const modules = Modules;
  const code = require("Storage").read(storeFileName, behind + from, length) as string;
  modules.addCached("sluice.part", code);
  const loaded = require("sluice.part") as unknown as {
    open?: PartTypes[P];
    use?: (...own: unknown[]) => void;
  };
  modules.removeCached("sluice.part");
  const open = loaded.open as PartTypes[P];
  if (loaded.use !== undefined) loaded.use(require, setTimeout, resident);
  // The part's module keeps this object.
  delete loaded.use;
  delete loaded.open;
  return open;
}
