import { ContentMemo } from "../../board/boot-loaders/content-memo.js";
import { StartReason } from "../../core/update/boot.js";
import { JournalRecord } from "../../core/update/journal.js";
import { EspruinoDevice, type StorePlace } from "../espruino-device.js";
import { type BundleFacts, makeBundle } from "../images.js";
import { Findings, type Scenario } from "../scenario.js";
import type { Finding } from "../world.js";
import { World } from "../world.js";
import { type Health, recoverStore, type StoreCase, updateToNext } from "./store.js";

/** Chip of a layout whose Storage is tried. */
export interface StoreChip {
  readonly layout: string;
  readonly size: number;
  readonly base: number;
  readonly place: StorePlace;
}

/** Bytes of an app that is cut exhaustively; the goal names 16 KiB. */
export const smallBundle = 16 * 1024 - 200;

/** Records that fill a block of the journal (core/update/journal.ts). */
const fullBlock = 64;

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
  const scenario = (
    path: string,
    what: string,
    options: CaseOptions,
    records: number,
    before: (world: World, c: StoreCase) => void,
    act: (world: World, c: StoreCase) => Finding[],
  ): Scenario => {
    const c = storeCase(chip, options);
    return {
      layout: chip.layout,
      path,
      claim: "safe",
      what,
      start: () => {
        const world = provisioned(chip, c, records);
        before(world, c);
        return world;
      },
      act: (world) => act(world, c),
      recover: (world) => recoverStore(world, c),
    };
  };
  const app: CaseOptions = { kind: "app", health: "well", size };
  const small = Math.min(size, 2000);
  const nothing = (): void => undefined;
  const ends = (world: World, c: StoreCase): Finding[] => recoverStore(world, c);
  return [
    scenario("app", "an app is received, verified, committed", app, 3, nothing, updateToNext),
    scenario(
      "agent",
      "an agent is received, verified, committed",
      { ...app, kind: "agent" },
      3,
      nothing,
      updateToNext,
    ),
    scenario("confirm", "first start of a new app until it is confirmed", app, 3, updateToNext, ends),
    scenario(
      "confirm-agent",
      "first start of a new agent until it is confirmed",
      { ...app, kind: "agent" },
      3,
      updateToNext,
      ends,
    ),
    scenario(
      "rollback",
      "an app throws at its first start; the old one returns; a good one is sent",
      { ...app, health: "throws", size: small },
      3,
      updateToNext,
      ends,
    ),
    scenario(
      "rollback-hang",
      "an app hangs until the watchdog has bitten three times",
      { ...app, health: "hangs", size: small },
      3,
      updateToNext,
      ends,
    ),
    scenario(
      "rollback-agent",
      "an agent throws at its first start",
      { kind: "agent", health: "throws", size: small },
      3,
      updateToNext,
      ends,
    ),
    scenario(
      "rollback-agent-hang",
      "an agent hangs until the watchdog has bitten three times",
      { kind: "agent", health: "hangs", size: small },
      3,
      updateToNext,
      ends,
    ),
    scenario(
      "journal-turn",
      "the commit is the record that turns the journal over",
      { ...app, size: small },
      fullBlock,
      nothing,
      updateToNext,
    ),
    scenario(
      "journal-turn-start",
      "the first start of a new app turns the journal over",
      { ...app, size: small },
      fullBlock - 1,
      updateToNext,
      ends,
    ),
    scenario(
      "journal-turn-confirm",
      "the confirmation turns the journal over",
      { ...app, size: small },
      fullBlock - 2,
      updateToNext,
      ends,
    ),
    notesScenario(chip),
  ];
}

/** Notes long enough that the second block is reached: three quarters of a block are full before. */
function notesScenario(chip: StoreChip): Scenario {
  const note = (number: number): string => `${number}:${"n".repeat(280)}`;
  const { blockLength } = chip.place.layout;
  const before = Math.floor(blockLength / 288) - 2;
  const added = 4;
  return {
    layout: chip.layout,
    path: "notes",
    claim: "safe",
    what: "the application's notes, with a turn from one block to the other",
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
