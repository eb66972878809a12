import { type Board, findBoard } from "../../boards/index.js";
import { flashBase } from "../board/board-flash.js";
import { otaSectorLength } from "../core/flash/otadata.js";
import { StartReason } from "../core/update/boot.js";
import { EspruinoDevice, type StorePlace, storePlace } from "./espruino-device.js";
import { LoggingBoard, loggingWorld } from "./paths/app-storage.js";
import { EbootRig } from "./paths/eboot.js";
import { Esp32Rig, esp32Chip } from "./paths/esp32.js";
import { StoreRig } from "./paths/store.js";
import type { Rig } from "./rig.js";
import { Findings, World } from "./scenario.js";
import { grouped, markdown } from "./table.js";

/** Erases that a data sheet promises of a sector (Winbond W25Q32JV, 9.3: 100,000). */
const endurance = 100_000;
/** Times that a path is gone in the table, and how many of them are run; the rest is scaled. */
const asked = 10_000;
const run = 1000;
const yearsOfLife = 10;
const days = yearsOfLife * 365;

/** One path, gone again and again on one chip. */
export interface Wear {
  readonly layout: string;
  readonly path: string;
  /** What is counted, e.g. "updates". */
  readonly unit: string;
  /** Erases of the hottest sector of each part of the chip in 10,000 of them, the hottest first. */
  readonly parts: readonly (readonly [name: string, erases: number])[];
}

/** Regions of the chip by name; the first that fits. */
type Regions = readonly (readonly [name: string, start: number, end: number])[];

function storeRegions({ layout, address }: StorePlace): Regions {
  const at = (block: number): number => address + block * layout.blockLength;
  return [
    ["journal", at(layout.journal), at(layout.journal + 2)],
    ["notes", at(layout.notes), at(layout.notes + 2)],
    ["slot of an agent", at(layout.agent[0]), at(layout.app[0])],
    ["slot of an app", at(layout.app[0]), at(layout.blocks)],
    ["the application's files", at(layout.blocks), Number.POSITIVE_INFINITY],
  ];
}

/** A path on a chip, and what goes it once. */
interface Course {
  readonly layout: string;
  readonly path: string;
  readonly unit: string;
  readonly regions: Regions;
  readonly world: World;
  readonly go: (index: number) => void;
}

function wearOf({ layout, path, unit, regions, world, go }: Course, times: number): Wear {
  const { flash } = world;
  const before = flash.erases;
  for (let index = 0; index < times; index++) go(index);
  const parts = new Map<string, number>();
  flash.erases.forEach((erases, block) => {
    const address = flash.base + block * flash.blockLength;
    const name =
      regions.find(([, start, end]) => address >= start && address < end)?.[0] ?? "slot of firmware";
    const more = Math.round(((erases - before[block]) * asked) / times);
    if (more > 0) parts.set(name, Math.max(more, parts.get(name) ?? 0));
  });
  return { layout, path, unit, parts: [...parts].sort(([, one], [, other]) => other - one) };
}

/** Update after update, each of them confirmed before the next. */
function updates(
  layout: string,
  path: string,
  regions: Regions,
  world: World,
  rig: Rig,
  names = ["next", "cure"],
): Course {
  const go = (index: number): void => {
    const refused = rig.send(world, names[index % 2]);
    if (refused !== "") throw new Error(`${layout}/${path}, update ${index}: ${refused}`);
    world.restart(StartReason.Restart);
    rig.start(world, new Findings(world));
  };
  return { layout, path, unit: "updates", regions, world, go };
}

/** Notes of so many characters, each another one. */
function noting(board: Board, place: StorePlace, length: number): Course {
  const world = World.blank(board.flashSize, board.blockLength, flashBase(board));
  const notes = new EspruinoDevice(world, place).notes();
  notes.open();
  const go = (index: number): void => void notes.remember(`${index}`.padEnd(length));
  const unit = `notes of ${length} characters`;
  return { layout: board.id, path: "notes", unit, regions: storeRegions(place), world, go };
}

function storeCourses(board: Board, place: StorePlace): Course[] {
  const { id: layout } = board;
  const regions = storeRegions(place);
  const courses = (["app", "agent", "update-mode"] as const).map((path) => {
    const isAlone = path === "update-mode";
    const rig = new StoreRig(board, place, path === "agent" ? "agent" : "app", "well", 2000, isAlone);
    return updates(layout, path, regions, rig.provisioned(3), rig);
  });
  const world = loggingWorld(board, place);
  const logging = new LoggingBoard(world, place, board.espruino?.storage.size ?? 0);
  const first = Number(world.marks) + 1;
  const go = (index: number): void => logging.step(first + index);
  const unit = "files of the application";
  return [...courses, noting(board, place, 48), { layout, path: "storage", unit, regions, world, go }];
}

/** Every path on one layout of its kind: the others differ in addresses. @param times that each is gone */
export function proveWear(times = run): Wear[] {
  const courses: Course[] = [];
  for (const id of ["esp32-devkit", "arduino-esp8266-4m1m"]) {
    const board = findBoard(id);
    if (board === undefined) continue;
    const place = storePlace(board);
    if (place !== undefined) courses.push(...storeCourses(board, place));
    const chip = esp32Chip(board, id);
    if (chip !== undefined) {
      const rig = new Esp32Rig(chip, "well", 6000);
      const otadata = ["otadata", rig.otadata, rig.otadata + 2 * otaSectorLength] as const;
      courses.push(updates(id, "firmware", [otadata, ...storeRegions(chip.place)], rig.provisioned(), rig));
    }
    if (board.layout.kind !== "eboot") continue;
    for (const persistent of [false, true]) {
      const rig = new EbootRig(board, board.layout, { persistent, gzip: false }, 6000);
      const regions: Regions = [["sketch, and where it is staged", 0, board.layout.area]];
      const path = persistent ? "eboot-flash" : "eboot";
      courses.push(updates(id, path, regions, rig.provisioned(), rig, ["next", "old"]));
    }
  }
  return courses.map((course) => wearOf(course, times));
}

/** How often `ota.remember` takes a note (src/espruino/device/resident/api.ts), and what ten years of that come to. */
export interface NoteWear {
  readonly length: number;
  /** Notes a day. */
  readonly daily: number;
  /** Erases of a sector in ten years. */
  readonly erases: number;
}

const msPerByte = 400;
const noteOverhead = 8;

export function proveNoteWear(): NoteWear[] {
  const board = findBoard("esp32-devkit");
  const place = board === undefined ? undefined : storePlace(board);
  if (board === undefined || place === undefined) return [];
  return [8, 48, 200, 500].map((length) => {
    const daily = Math.floor(86_400_000 / msPerByte / (length + noteOverhead));
    const { parts } = wearOf(noting(board, place, length), 50 * run);
    return { length, daily, erases: Math.round(((parts[0]?.[1] ?? 0) / asked) * daily * days) };
  });
}

/** The page's words. */
export function wearMarkdown(rows: readonly Wear[], notes: readonly NoteWear[]): string {
  const head = [
    "layout",
    "path",
    "counted",
    "erases in 10,000",
    `until ${grouped(endurance)}`,
    "a day for ten years",
  ];
  const table = rows.map(({ layout, path, unit, parts }) => {
    const life = Math.floor((endurance * asked) / (parts[0]?.[1] ?? 1));
    const each = parts.map(([name, erases]) => `${name} ${grouped(erases)}`).join(", ");
    return [layout, path, unit, each, grouped(life), grouped(Math.floor(life / days))];
  });
  const noteHead = ["characters", "notes a day", "erases of a sector in ten years"];
  const noteTable = notes.map(({ length, daily, erases }) => [
    String(length),
    grouped(daily),
    grouped(erases),
  ]);
  return `Data sheets promise ${grouped(endurance)} erases of a sector. \`sluice prove --wear\` goes each path ${grouped(run)} times on one chip, with
another image or note each time, counts the erases of every sector, and scales them to ${grouped(asked)}: of each part of the chip the
hottest one. Settings are written by cable only. Layouts that are not here differ in addresses; Espruino for Linux keeps its "flash" in a file.

${markdown(head, 3, table)}

\`ota.remember\` takes no more than this, day after day; what it allows at once beyond it is counted in:

${markdown(noteHead, 0, noteTable)}`;
}
