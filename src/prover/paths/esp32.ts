import type { Board } from "../../../boards/index.js";
import { bootEsp32 } from "../../board/boot-loaders/esp32-second-stage.js";
import { fileView } from "../../board/boot-loaders/flash-view.js";
import { type BootOutcome, slotVerdict } from "../../board/boot-loaders/outcome.js";
import { flashArea } from "../../board/flash-area.js";
import { FirmwareTarget } from "../../core/firmware/firmware-target.js";
import { OtadataScheme, OtaSwitch } from "../../core/firmware/otadata-scheme.js";
import { otaSectorLength } from "../../core/flash/otadata.js";
import {
  DataSubtype,
  findPartition,
  otaPartitions,
  type Partition,
  PartitionType,
} from "../../core/flash/partition-table.js";
import type { ImageTarget } from "../../core/image/source.js";
import { firmwareGivenUp, StartReason } from "../../core/update/boot.js";
import { JournalRecord } from "../../core/update/journal.js";
import { checked } from "../../core/update/read-back.js";
import type { Target } from "../../core/update/target.js";
import { boardTarget } from "../../image/board-target.js";
import { nodeImageTools } from "../../image/judge-file.js";
import { boardPartitions, encodePartitionTable } from "../../image/partition-tables.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import { EspruinoDevice, type StorePlace, storePlace } from "../espruino-device.js";
import { makeBundle, makeEsp32 } from "../images.js";
import { driveUpdate, judgeFirmware, type Rig, refusal } from "../rig.js";
import { Findings, type Health, type Scenario, World } from "../scenario.js";
import { espruinoPaths, espruinoScenario, isAboutJournal } from "./espruino-paths.js";

/** A chip of the ESP32 family with a partition table, and Sluice's store for the journal. */
export interface Esp32Chip {
  readonly layout: string;
  readonly size: number;
  readonly partitions: readonly Partition[];
  readonly target: ImageTarget;
  readonly place: StorePlace;
}

/** The chip of a board, undefined where no firmware comes to it over the air. @param layout name of its rows */
export function esp32Chip(board: Board, layout: string): Esp32Chip | undefined {
  const place = storePlace(board);
  if (board.layout.kind !== "esp32" || place === undefined) return undefined;
  const partitions = boardPartitions(board);
  if (otaPartitions([...partitions]).length === 0) return undefined;
  return { layout, size: board.flashSize, partitions, target: boardTarget(board), place };
}

export class Esp32Rig implements Rig {
  private readonly names = new Map<string, string>();
  /** What stands between updater and target; tests of the prover break the order of writes here. */
  wrap: (target: Target) => Target = (target) => target;
  readonly images: Map<string, Uint8Array>;
  private readonly factory: Partition | undefined;
  private readonly ota: readonly Partition[];
  /** Offset of the partition. */
  readonly otadata: number;

  constructor(
    readonly chip: Esp32Chip,
    readonly health: Health,
    imageSize: number,
  ) {
    const { partitions, target } = chip;
    this.factory = findPartition([...partitions], PartitionType.App, 0);
    this.ota = otaPartitions([...partitions]);
    this.otadata = findPartition([...partitions], PartitionType.Data, DataSubtype.Ota)?.offset ?? 0;
    const make = (version: string): Buffer => makeEsp32({ chip: target.chip, version, size: imageSize });
    this.images = new Map([
      ["older", make("0.9.0")],
      ["old", make("1.0.0")],
      ["next", make("2.0.0")],
      ["cure", make("2.0.1")],
    ]);
    for (const [name, image] of this.images) this.names.set(slotVerdict(fileView(image), target).md5, name);
  }

  /** Flashed by cable: table, the old firmware in the first slot, an app and an agent in Storage. */
  provisioned(): World {
    const { size, place, partitions } = this.chip;
    const world = World.blank(size, place.layout.blockLength);
    world.flash.program(0x8000, encodePartitionTable(partitions));
    world.flash.program((this.factory ?? this.ota[0]).offset, this.image("old"));
    // Only the first block of the slot that comes next: what an update long ago left behind.
    const next = this.factory === undefined ? this.ota[1] : this.ota[0];
    world.flash.program(next.offset, this.image("older").subarray(0, 6000));
    const device = new EspruinoDevice(world, place);
    const bundle = { family: place.family, version: "1.0.0", size: 1500 };
    device.put(place.layout.agent[0], makeBundle({ ...bundle, name: "sluice", kind: 2 }));
    device.put(place.layout.app[0], makeBundle({ ...bundle, name: "garden", kind: 1 }));
    device.journal.open();
    device.journal.append(JournalRecord.Confirm);
    return world;
  }

  /** The vendor's, whose own reads nothing of ours can repeat. */
  private boot({ flash }: World): BootOutcome {
    return flash.honestly(() => bootEsp32({ flash, target: this.chip.target, allowBlankFirmware: false }));
  }

  /** The boot loader, then loader and agent as src/espruino/device has them. */
  readonly start = (world: World, findings: Findings): string | undefined => {
    const name = judgeFirmware(world, this, this.boot(world), this.names, findings);
    if (name === "") return "";
    const device = new EspruinoDevice(world, this.chip.place);
    const otaSwitch = this.otaSwitch(world);
    const trial = { runningSlot: () => otaSwitch.order()[0], giveUp: () => otaSwitch.giveUp() };
    if (firmwareGivenUp(device.journal, trial)) {
      world.log("loader: the firmware on trial is given up");
      device.restart(StartReason.Restart);
      return undefined;
    }
    const choice = device.choose();
    if (choice.agent < 0 || choice.app < 0) findings.add("lost", "agent or app do not start any more");
    if (name === "next" && this.health !== "well") {
      if (this.health === "throws" && device.journal.current().firmwareTrial) otaSwitch.giveUp();
      world.log(`the firmware ${this.health}`);
      device.restart(this.health === "hangs" ? StartReason.Watchdog : StartReason.Restart);
      return undefined;
    }
    device.journal.append(JournalRecord.Confirm);
    world.log("agent: confirmed");
    return name;
  };

  readonly send = (world: World, name: string): string => {
    const device = new EspruinoDevice(world, this.chip.place);
    device.journal.open();
    if (device.onTrial()) return "ON_TRIAL";
    const flash = flashArea(world.flash, 0, world.flash.size);
    const scheme = new OtadataScheme(
      nodeImageTools,
      flash,
      this.otaSwitch(world),
      { slots: [...this.ota], factory: this.factory },
      this.chip.target,
      () => undefined,
      (slot) =>
        device.journal.append((slot & 1) === 0 ? JournalRecord.FirmwareEven : JournalRecord.FirmwareOdd),
    );
    const lift = this.protectRunning(world);
    const target = this.wrap(new FirmwareTarget(nodeImageTools, flash, scheme));
    const refused = driveUpdate([target], this.image(name), 1460);
    lift();
    return refusal(refused);
  };

  private image(name: string): Uint8Array {
    return this.images.get(name) ?? new Uint8Array();
  }

  /** No update may touch boot loader, table, or the slot that runs. */
  private protectRunning(world: World): () => void {
    const running = this.boot(world.fork());
    const below = world.flash.protect(0, 0x9000, "boot loader and table");
    if (running.kind !== "image") return below;
    const region = [this.factory, ...this.ota].find((one) => one?.offset === running.offset);
    const end = running.offset + (region?.size ?? 0);
    const slot = world.flash.protect(running.offset, end, `the running slot ${running.slot}`);
    return () => {
      below();
      slot();
    };
  }

  private otaSwitch(world: World): OtaSwitch {
    const flash = checked(flashArea(world.flash, 0, world.flash.size));
    return new OtaSwitch(
      nodeBytes,
      nodeCrypto,
      flash,
      this.otadata,
      this.ota.length,
      this.factory !== undefined,
    );
  }
}

/** Bytes of a firmware that is cut exhaustively. */
const smallFirmware = 13_000;

/** Firmware paths of a layout with two slots or more. */
export function esp32Scenarios(chip: Esp32Chip, size = smallFirmware): Scenario[] {
  return espruinoPaths
    .filter(({ subject }) => subject === "firmware")
    .map((path) => {
      const rig = new Esp32Rig(chip, path.health, isAboutJournal(path) ? Math.min(size, 3000) : size);
      const scenario = espruinoScenario(chip.layout, path, rig, () => {
        const world = rig.provisioned();
        if (path.back) secondSlot(world, rig);
        return world;
      });
      return { ...scenario, switchAt: { start: rig.otadata, end: rig.otadata + 2 * otaSectorLength } };
    });
}

/** The board has been updated once already: the same version again, so that it runs from the second slot. */
function secondSlot(world: World, rig: Esp32Rig): void {
  rig.send(world, "old");
  rig.start(world, new Findings(world));
}
