import type { Board } from "../../../boards/index.js";
import { flashBase } from "../../board/board-flash.js";
import { flashArea } from "../../board/flash-area.js";
import { Storage } from "../../board/storage.js";
import { StartReason } from "../../core/update/boot.js";
import { storeFileLength, storeFileName } from "../../core/update/store.js";
import { Tidy } from "../../core/update/tidy.js";
import { StorageFiles } from "../../espruino/storage-files.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import type { StorePlace } from "../espruino-device.js";
import { makeBundle, noise } from "../images.js";
import { type Finding, Findings, type Scenario, World } from "../scenario.js";
import type { EspruinoPath } from "./espruino-paths.js";

/** Bytes of the loader that stands in Storage. */
const loaderLength = 3000;
/** Bytes of the largest of its files, with its header; steps of the path. */
const longestStep = 1200;
export const actSteps = 5;
/** Files that the program keeps besides the newest ones of its log. */
const logged = 4;

/** A program that logs: what it writes in step `number`, and what it deletes then. */
export function stepOf(number: number): { name: string; data: Uint8Array; deletes: string } {
  // Every fifth step replaces a file that stays.
  const name = number % 5 === 0 ? "beds.json" : `log${number}`;
  return { name, data: noise(200 + ((number * 577) % 900), number), deletes: `log${number - logged}` };
}

/** What lies in Storage after step `number`. */
function filesAfter(number: number): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let step = 0; step <= number; step++) {
    const { name, data, deletes } = stepOf(step);
    files.set(name, data);
    files.delete(deletes);
  }
  return files;
}

/** A board whose application writes files, as the agent lets it (src/espruino/device/parts/storage.ts). */
export class LoggingBoard {
  readonly storage: Storage;

  constructor(
    readonly world: World,
    private readonly place: StorePlace,
    size: number,
  ) {
    this.storage = new Storage(world.flash, place.address, size);
  }

  private tidy(): Tidy {
    const { start, end, flash } = this.storage;
    const area = flashArea(flash, start, end - start);
    return new Tidy(nodeBytes, nodeCrypto, area, area, this.place.layout);
  }

  /** What the agent does at a start. */
  resume(): void {
    const tidy = this.tidy();
    if (tidy.isBegun()) tidy.finish();
  }

  step(number: number): void {
    const { storage } = this;
    const { name, data, deletes } = stepOf(number);
    const need = 36 + data.length;
    if (!this.hasRoom(need)) this.makeRoom(need, name);
    storage.write(name, data);
    storage.erase(deletes);
  }

  /** A page stays free, and nothing lies where the next header goes. */
  hasRoom(need: number): boolean {
    const { end, flash } = this.storage;
    const at = end - this.storage.stats().freeBytes;
    return at + need + flash.blockLength <= end && flash.isBlank(at, 32);
  }

  makeRoom(need: number, name: string): void {
    const tidy = this.tidy();
    tidy.begin(0, need, name, (moved) => this.storage.erase(moved));
    tidy.finish();
    this.world.log("tidied");
  }

  /** Writes until there is room for one step, but not for `actSteps`. @returns the number of the last one */
  fill(): number {
    for (let number = 0; ; number++) {
      if (!this.hasRoom(2 * longestStep)) return number - 1;
      this.step(number);
    }
  }
}

/**
 * What is wrong with the program's files, "" for nothing.
 * @param last the number of the last step that is whole
 * @param isDone nothing of the next one has begun
 */
export function wrongFile(storage: Storage, last: number, isDone: boolean): string {
  if (!storage.isValid()) return "Storage is corrupt: the engine erases all of it";
  const next = stepOf(last + 1);
  for (const [name, data] of filesAfter(last)) {
    const found = storage.read(name);
    if (found !== undefined && Buffer.compare(found, data) === 0) continue;
    // The engine deletes a file before it writes it anew, and so does the program.
    if (!isDone && (name === next.name || name === next.deletes)) continue;
    return `${name} ${found === undefined ? "is gone" : "has changed"} after step ${last}`;
  }
  return "";
}

/** A board with a loader, an app, and an application that has written no file yet. */
function filesBoard(board: Board, place: StorePlace) {
  const size = board.espruino?.storage.size ?? 0;
  const loader = noise(loaderLength, 1);
  const bundle = makeBundle({ name: "garden", version: "1.0.0", kind: 1, family: place.family, size: 6000 });
  const appAt = place.address + place.layout.app[0] * place.layout.blockLength;
  const provisioned = (): World => {
    const world = World.blank(board.flashSize, board.blockLength, flashBase(board));
    const image = new Uint8Array(size).fill(0xff);
    const files = new StorageFiles(image);
    files.reserve(storeFileName, storeFileLength(place.layout));
    files.add({ name: ".boot0", flags: 0, data: loader });
    files.divide(board.blockLength);
    image.set(bundle, appAt - place.address);
    world.flash.program(place.address, image);
    world.marks = "-1";
    return world;
  };
  return { loader, bundle, appAt, provisioned };
}

/** The same, and it has logged until there is room for little more; `marks` is the number of its last step. */
export function loggingWorld(board: Board, place: StorePlace, Logging = LoggingBoard): World {
  const world = filesBoard(board, place).provisioned();
  world.marks = String(new Logging(world, place, board.espruino?.storage.size ?? 0).fill());
  return world;
}

/** An application's files until their room has been won back, and what follows. */
export function appStorageScenario(
  board: Board,
  place: StorePlace,
  { path, what, isFresh }: EspruinoPath,
  Logging = LoggingBoard,
): Scenario {
  const size = board.espruino?.storage.size ?? 0;
  const { loader, bundle, appAt } = filesBoard(board, place);
  /** Goes on with the program until step `until`; `marks` is the number of the last one that is whole. */
  const run = (world: World, until: number): Finding[] => {
    const findings = new Findings(world);
    const it = new Logging(world, place, size);
    for (let number = Number(world.marks) + 1; number <= until; number++) {
      it.step(number);
      world.marks = String(number);
    }
    const wrong = wrongFile(it.storage, until, true);
    if (wrong !== "") findings.add("lost", wrong);
    world.restart(StartReason.Restart);
    return findings.list;
  };
  return {
    layout: board.id,
    path,
    claim: "safe",
    what,
    start: () =>
      isFresh === true ? filesBoard(board, place).provisioned() : loggingWorld(board, place, Logging),
    act: (world) => run(world, Number(world.marks) + actSteps),
    recover: (world) => {
      const findings = new Findings(world);
      const it = new Logging(world, place, size);
      if (!it.storage.isValid()) findings.add("brick", "Storage is corrupt: the engine erases all of it");
      const found = it.storage.read(".boot0");
      if (found === undefined || Buffer.compare(found, loader) !== 0)
        findings.add("brick", "the loader is gone");
      if (Buffer.compare(world.flash.read(appAt, bundle.length), bundle) !== 0)
        findings.add("lost", "the application is damaged");
      if (findings.any) return findings.list;
      it.resume();
      const wrong = wrongFile(it.storage, Number(world.marks), false);
      if (wrong !== "") findings.add("lost", wrong);
      return findings.any ? findings.list : run(world, Number(world.marks) + 3);
    },
  };
}
