import type { Board } from "../../../boards/index.js";
import { flashBase } from "../../board/board-flash.js";
import { ContentMemo } from "../../board/boot-loaders/flash-view.js";
import { StartReason } from "../../core/update/boot.js";
import { updateMode } from "../../core/update/errand.js";
import { JournalRecord } from "../../core/update/journal.js";
import { EspruinoDevice, type StorePlace } from "../espruino-device.js";
import { type BundleFacts, makeBundle } from "../images.js";
import { driveUpdate, judgeVersion, type Rig, refusal } from "../rig.js";
import { type Finding, Findings, type Health, type Scenario, World } from "../scenario.js";
import { appStorageScenario } from "./app-storage.js";
import { type EspruinoPath, espruinoPaths, espruinoScenario, isAboutJournal } from "./espruino-paths.js";
import { provisionScenario } from "./provision.js";

/** Bytes of an app that is cut exhaustively; the goal names 16 KiB. */
const smallBundle = 16 * 1024 - 200;

/** The slots in Storage, and an app or an agent that is updated. */
export class StoreRig implements Rig {
  /** The board's parts. Tests of the prover put broken ones in. */
  device = (world: World): EspruinoDevice => new EspruinoDevice(world, this.place);
  /**
   * The old ones are confirmed, the older ones lie in the slots that do not run: sound, but long replaced. "cure" is
   * sent after "next" was given up: shows that the board still takes updates.
   */
  private readonly bundles: Readonly<
    Record<"oldApp" | "olderApp" | "oldAgent" | "olderAgent" | "next" | "cure", Uint8Array>
  >;
  private readonly names = new ContentMemo<string>();

  constructor(
    private readonly board: Board,
    private readonly place: StorePlace,
    /** Which of the two is updated; a board has one agent and one app at a time. */
    private readonly kind: "app" | "agent",
    readonly health: Health,
    size: number,
    /** It is updated in update mode. */
    private readonly alone = false,
  ) {
    const make = (facts: Omit<BundleFacts, "family">): Uint8Array =>
      makeBundle({ ...facts, family: place.family });
    const app = { name: "garden", kind: 1, size };
    const agent = { name: "sluice", kind: 2, size: Math.min(size, 6000) };
    const subject = kind === "app" ? app : { ...agent, size };
    this.bundles = {
      oldApp: make({ ...app, version: "1.0.0" }),
      olderApp: make({ ...app, version: "0.9.0", size: size - 1000 }),
      oldAgent: make({ ...agent, version: "1.0.0" }),
      olderAgent: make({ ...agent, version: "0.9.0" }),
      next: make({ ...subject, version: "2.0.0" }),
      cure: make({ ...subject, version: "2.0.1" }),
    };
  }

  /** A board that has been updated before: both slots are full, the first of each pair runs. */
  provisioned(records: number): World {
    const { app, agent } = this.place.layout;
    const world = blankBoard(this.board);
    const device = this.device(world);
    device.put(agent[0], this.bundles.oldAgent);
    device.put(agent[1], this.bundles.olderAgent);
    device.put(app[0], this.bundles.oldApp);
    device.put(app[1], this.bundles.olderApp);
    device.journal.open();
    for (let i = 0; i < records; i++) device.journal.append(JournalRecord.Confirm);
    if (this.alone) fillNotes(device, this.board.blockLength);
    return world;
  }

  readonly send = (world: World, name: string): string => {
    const device = this.device(world);
    device.journal.open();
    const refused = this.alone ? this.leave(device) : "";
    if (refused !== "") return refused;
    const image = name === "next" ? this.bundles.next : this.bundles.cure;
    return refusal(driveUpdate([device.bundleTarget()], image, this.place.piece));
  };

  /** The application's last moments, the restart, and the agent's first ones (src/espruino/device/parts/update-mode.ts). */
  private leave(device: EspruinoDevice): string {
    const { world, journal } = device;
    const notes = device.notes();
    notes.open();
    world.unmark("e");
    if (!notes.setErrand(errand) || !journal.append(JournalRecord.Errand))
      return "flash does not keep the errand";
    device.restart(StartReason.Restart);
    if (device.choose().why !== updateMode) return "no update mode";
    world.mark("e");
    return this.takeErrand(device) === errand ? "" : "the errand is not what was written";
  }

  private takeErrand(device: EspruinoDevice): string {
    const notes = device.notes();
    notes.open();
    return notes.takeErrand();
  }

  /** Loader and agent. */
  readonly start = (world: World, findings: Findings): string | undefined => {
    const device = this.device(world);
    const choice = device.choose();
    const agent = choice.agent < 0 ? "none" : this.nameIn(device, device.slots.agentBlock(choice.agent));
    if (choice.why === updateMode) {
      if (world.has("e")) findings.add("stuck", "update mode once more for one errand");
      world.mark("e");
      this.takeErrand(device);
      world.log("update mode: nobody calls");
      device.restart(StartReason.Restart);
      return undefined;
    }
    if (this.alone && device.notes().open() !== remembered)
      findings.add("lost", "the application's note is gone");
    const app = choice.app < 0 ? "none" : this.nameIn(device, device.slots.appBlock(choice.app));
    world.log(`starts agent ${agent} (slot ${choice.agent}), app ${app} (slot ${choice.app}) ${choice.why}`);
    if (agent === "none") {
      findings.add("brick", "no agent runs");
      return "";
    }
    if (agent === "?" || app === "?") findings.add("unverified", "what runs is none of the whole bundles");
    if (app === "none") {
      findings.add("lost", "no app runs although a confirmed one was there");
      return "";
    }
    if (app === "olderApp" || agent === "olderAgent")
      findings.add("downgrade", "a version runs that was replaced long ago");
    const name = this.kind === "app" ? app : agent;
    judgeVersion(world, this, name, findings);
    if (!this.oldIsWhole(device) && !world.has("f"))
      findings.add("lost", "the old version is damaged before the new one was confirmed");
    if (name === "next" && this.health !== "well") {
      this.fail(device);
      return undefined;
    }
    device.journal.append(JournalRecord.Confirm);
    world.log("agent: confirmed");
    return name;
  };

  /** What agent or watchdog do when the version that runs is bad. */
  private fail(device: EspruinoDevice): void {
    if (this.health === "hangs") {
      device.world.log(`the ${this.kind} hangs, the watchdog bites`);
      device.restart(StartReason.Watchdog);
      return;
    }
    device.world.log(`the ${this.kind} throws and is given up`);
    const { appTrial } = device.journal.current();
    if (this.kind === "agent") device.journal.append(JournalRecord.AgentBack);
    else device.journal.append(appTrial ? JournalRecord.AppBack : JournalRecord.Unknown);
    device.restart(StartReason.Restart);
  }

  /** The version to return to has to stay as it was until the new one has proved itself. */
  private oldIsWhole(device: EspruinoDevice): boolean {
    const old = this.kind === "app" ? "oldApp" : "oldAgent";
    return this.place.layout[this.kind].some((block) => this.nameIn(device, block) === old);
  }

  /** What a slot holds, bit for bit: one of the bundles that there are, "none" without a header, else "?". */
  private nameIn(device: EspruinoDevice, block: number): string {
    const { layout, address } = this.place;
    const blocks = layout.app.includes(block) ? layout.appBlocks : layout.agentBlocks;
    const start = address + block * layout.blockLength;
    const { flash } = device.world;
    const name = (): string => {
      const header = device.slots.header(block, blocks);
      if (header === undefined) return "none";
      const bundle = flash.read(start, 256 + header.payloadLength);
      const found = Object.entries(this.bundles).find(([, image]) => Buffer.compare(bundle, image) === 0);
      return found?.[0] ?? "?";
    };
    return flash.honestly(() =>
      this.names.get(flash, "", start - flash.base, blocks * layout.blockLength, name),
    );
  }
}

/** The uploader that waits, as the agent writes it. */
const errand = JSON.stringify({
  push: {
    address: "192.168.1.2",
    port: 51234,
    invitation: { command: 0, port: 8266, size: 2000, md5: "0".repeat(32) },
  },
  options: { hostname: "garden", passwordHash: "0".repeat(32) },
});
const remembered = "zone 2 until 06:40";

/** So many notes that the errand finds no room behind them: it goes into the other block. */
function fillNotes(device: EspruinoDevice, blockLength: number): void {
  const notes = device.notes();
  notes.open();
  for (let i = Math.floor(blockLength / 288) - 1; i > 0; i--) notes.remember(noteOf(i));
  notes.remember(remembered);
}

function noteOf(number: number): string {
  return `${number}:${"n".repeat(280)}`;
}

function blankBoard(board: Board): World {
  return World.blank(board.flashSize, board.blockLength, flashBase(board));
}

/** All paths of apps and agents in Storage, on one board. */
export function storeScenarios(board: Board, place: StorePlace): Scenario[] {
  const ours = espruinoPaths.flatMap((path) => {
    const { subject, health, records = 3 } = path;
    if (subject === "firmware") return [];
    if (path.cutIn === "notes") return [notesScenario(board, place, path)];
    if (path.cutIn === "files") return [appStorageScenario(board, place, path)];
    const size = isAboutJournal(path) ? 2000 : smallBundle;
    const rig = new StoreRig(board, place, subject, health, size, path.alone);
    return [espruinoScenario(board.id, path, rig, () => rig.provisioned(records))];
  });
  return [...ours, provisionScenario(board, place)];
}

/** Notes long enough that the second block is reached: three quarters of a block are full before. */
function notesScenario(board: Board, place: StorePlace, { path, what }: EspruinoPath): Scenario {
  const before = Math.floor(board.blockLength / 288) - 2;
  const added = 4;
  /** Writes note after note up to number `until`; `marks` is the number of the last whole one. */
  const remember = (world: World, until: number): Finding[] => {
    const findings = new Findings(world);
    const notes = new EspruinoDevice(world, place).notes();
    notes.open();
    for (let i = Number(world.marks) + 1; i <= until; i++) {
      if (notes.remember(noteOf(i))) world.marks = String(i);
      else findings.add("stuck", `note ${i} is refused`);
    }
    const again = new EspruinoDevice(world, place).notes().open();
    if (again !== noteOf(Number(world.marks)))
      findings.add("lost", `note ${world.marks} was written, found "${again.slice(0, 12)}"`);
    world.restart(StartReason.Restart);
    return findings.list;
  };
  return {
    layout: board.id,
    path,
    claim: "safe",
    what,
    start: () => {
      const world = blankBoard(board);
      const notes = new EspruinoDevice(world, place).notes();
      notes.open();
      for (let i = 0; i < before; i++) notes.remember(noteOf(i));
      world.marks = String(before - 1);
      return world;
    },
    act: (world) => remember(world, Number(world.marks) + added),
    recover: (world) => {
      const findings = new Findings(world);
      const found = new EspruinoDevice(world, place).notes().open();
      const last = Number(world.marks);
      if (found !== noteOf(last) && found !== noteOf(last + 1))
        findings.add("lost", `the last whole note was ${last}, found "${found.slice(0, 12)}"`);
      return findings.any ? findings.list : remember(world, last + 2);
    },
  };
}
