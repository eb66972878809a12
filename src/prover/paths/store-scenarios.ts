import { ContentMemo } from "../../board/boot-loaders/flash-view.js";
import { StartReason } from "../../core/update/boot.js";
import { JournalRecord } from "../../core/update/journal.js";
import { EspruinoDevice, type StorePlace } from "../espruino-device.js";
import { type BundleFacts, makeBundle } from "../images.js";
import { type Finding, Findings, type Health, type Scenario, World } from "../scenario.js";
import { type EspruinoPath, espruinoPaths, isAboutJournal } from "./espruino-paths.js";
import { recoverStore, type StoreCase, updateToNext } from "./store.js";

/** Chip of a layout whose Storage is tried. */
export interface StoreChip {
  readonly layout: string;
  readonly size: number;
  readonly base: number;
  readonly place: StorePlace;
}

/** Bytes of an app that is cut exhaustively; the goal names 16 KiB. */
export const smallBundle = 16 * 1024 - 200;

interface CaseOptions {
  readonly kind: "app" | "agent";
  readonly health: Health;
  readonly size: number;
}

export function storeCase(chip: StoreChip, { kind, health, size }: CaseOptions): StoreCase {
  const make = (facts: Partial<BundleFacts>): Buffer =>
    makeBundle({ name: "garden", version: "1.0.0", kind: 1, family: chip.place.family, size, ...facts });
  const app = { name: "garden", kind: 1 };
  const agent = { name: "sluice", kind: 2, size: Math.min(size, 6000) };
  const subject = kind === "app" ? app : { ...agent, size };
  return {
    place: chip.place,
    kind,
    health,
    names: new ContentMemo(),
    device: (world) => new EspruinoDevice(world, chip.place),
    bundles: {
      oldApp: make({ ...app, version: "1.0.0" }),
      olderApp: make({ ...app, version: "0.9.0", size: size - 1000 }),
      oldAgent: make({ ...agent, version: "1.0.0" }),
      olderAgent: make({ ...agent, version: "0.9.0" }),
      next: make({ ...subject, version: "2.0.0" }),
      cure: make({ ...subject, version: "2.0.1" }),
    },
  };
}

/** A provisioned board that has been updated before: both slots are full, the first of each pair runs. */
export function provisioned(chip: StoreChip, c: StoreCase, records: number): World {
  const world = World.blank(chip.size, chip.place.layout.blockLength, chip.base);
  const device = c.device(world);
  const { app, agent } = chip.place.layout;
  device.put(agent[0], c.bundles.oldAgent);
  device.put(agent[1], c.bundles.olderAgent);
  device.put(app[0], c.bundles.oldApp);
  device.put(app[1], c.bundles.olderApp);
  device.journal.open();
  for (let i = 0; i < records; i++) device.append(JournalRecord.Confirm);
  return world;
}

/** All paths of apps and agents in Storage, on one chip. */
export function storeScenarios(chip: StoreChip, size = smallBundle): Scenario[] {
  return espruinoPaths.flatMap((path) => {
    if (path.subject === "firmware") return [];
    return path.cutIn === "notes"
      ? [notesScenario(chip, path)]
      : [storeScenario(chip, path, path.subject, size)];
  });
}

function storeScenario(
  chip: StoreChip,
  path: EspruinoPath,
  kind: CaseOptions["kind"],
  size: number,
): Scenario {
  const c = storeCase(chip, {
    kind,
    health: path.health,
    size: isAboutJournal(path) ? Math.min(size, 2000) : size,
  });
  const recover = (world: World): Finding[] => recoverStore(world, c);
  return {
    layout: chip.layout,
    path: path.path,
    claim: "safe",
    what: path.what,
    start: () => {
      const world = provisioned(chip, c, path.records ?? 3);
      if (path.cutIn === "start") updateToNext(world, c);
      return world;
    },
    act: path.cutIn === "start" ? recover : (world) => updateToNext(world, c),
    recover,
  };
}

/** Notes long enough that the second block is reached: three quarters of a block are full before. */
function notesScenario(chip: StoreChip, { path, what }: EspruinoPath): Scenario {
  const note = (number: number): string => `${number}:${"n".repeat(280)}`;
  const { blockLength } = chip.place.layout;
  const before = Math.floor(blockLength / 288) - 2;
  const added = 4;
  return {
    layout: chip.layout,
    path,
    claim: "safe",
    what,
    start: () => {
      const world = World.blank(chip.size, blockLength, chip.base);
      const notes = new EspruinoDevice(world, chip.place).notes();
      notes.open();
      for (let i = 0; i < before; i++) notes.remember(note(i));
      world.marks = String(before - 1);
      return world;
    },
    act: (world) => remember(world, chip, note, Number(world.marks) + added),
    recover: (world) => {
      const findings = new Findings(world);
      const device = new EspruinoDevice(world, chip.place);
      const found = device.notes().open();
      const last = Number(world.marks);
      if (found !== note(last) && found !== note(last + 1))
        findings.add("lost", `the last whole note was ${last}, found "${found.slice(0, 12)}"`);
      if (!findings.any)
        for (const one of remember(world, chip, note, last + 2)) findings.add(one.kind, one.text);
      return findings.list;
    },
  };
}

/** Writes note after note up to number `until`; `marks` is the number of the last whole one. */
function remember(world: World, chip: StoreChip, note: (number: number) => string, until: number): Finding[] {
  const findings = new Findings(world);
  const notes = new EspruinoDevice(world, chip.place).notes();
  notes.open();
  for (let i = Number(world.marks) + 1; i <= until; i++) {
    notes.remember(note(i));
    world.marks = String(i);
  }
  const again = new EspruinoDevice(world, chip.place).notes().open();
  if (again !== note(until)) findings.add("lost", `note ${until} was written, found "${again.slice(0, 12)}"`);
  world.restart(StartReason.Restart);
  return findings.list;
}
