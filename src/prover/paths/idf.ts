import { bootEsp32 } from "../../board/boot-loaders/esp32-second-stage.js";
import {
  activeOtaEntry,
  makeOtaEntry,
  nextOtaWrite,
  OtaState,
  otaEntryLength,
  otaSectorLength,
  parseOtaEntry,
} from "../../core/flash/otadata.js";
import { DataSubtype, findPartition, PartitionType } from "../../core/flash/partition-table.js";
import { StartReason } from "../../core/update/boot.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import { type Finding, Findings, type Scenario, type World } from "../scenario.js";
import { type Esp32Chip, Esp32Rig } from "./esp32.js";

/**
 * ESP-IDF's own trial (CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE), for comparison: states NEW, PENDING_VERIFY, VALID, each
 * written by erasing the sector of the entry that counts, and one start to prove itself (esp_ota_ops.c: set_boot,
 * mark_app_valid; bootloader_utility.c). Nothing of it runs on a board of ours.
 */
class IdfBoard {
  readonly rig: Esp32Rig;
  private readonly otadata: number;

  constructor(private readonly chip: Esp32Chip) {
    this.rig = new Esp32Rig(chip, "well", 3000);
    this.otadata = findPartition([...chip.partitions], PartitionType.Data, DataSubtype.Ota)?.offset ?? 0;
  }

  /** The old image runs from ota_0 and is VALID; the new one lies verified in ota_1. */
  provisioned(): World {
    const world = this.rig.provisioned();
    for (const [name, slot] of [
      ["old", 0],
      ["next", 1],
    ] as const)
      this.rig.putSlot(world, slot, name);
    this.write(world, 0, 1, OtaState.Valid);
    return world;
  }

  /** esp_ota_set_boot_partition */
  setBoot(world: World): void {
    const next = nextOtaWrite(nodeBytes, nodeCrypto, this.entries(world), 1, 2);
    this.write(world, next.sector, next.sequence, OtaState.New);
  }

  /** esp_ota_mark_app_valid_cancel_rollback: rewrites the entry that counts. */
  markValid(world: World): void {
    const entries = this.entries(world);
    const active = activeOtaEntry(nodeBytes, nodeCrypto, entries);
    if (active >= 0 && entries[active].state !== OtaState.Valid)
      this.write(world, active, entries[active].sequence, OtaState.Valid);
  }

  boot(world: World): string {
    const outcome = bootEsp32({
      flash: world.flash,
      target: this.chip.target,
      rollback: true,
      allowBlankFirmware: false,
    });
    const name = outcome.kind === "image" ? (this.rig.names.get(outcome.verdict.md5) ?? "?") : "";
    world.log(`boot loader with rollback starts ${name}`);
    return name;
  }

  private entries(world: World): ReturnType<typeof parseOtaEntry>[] {
    return [0, 1].map((sector) =>
      parseOtaEntry(nodeBytes, world.flash.read(this.otadata + sector * otaSectorLength, otaEntryLength)),
    );
  }

  private write(world: World, sector: number, sequence: number, state: number): void {
    const at = this.otadata + sector * otaSectorLength;
    world.flash.eraseBlockAt(at);
    const entry = makeOtaEntry(nodeBytes, nodeCrypto, sequence, state);
    if (entry instanceof Uint8Array) world.flash.program(at, entry);
  }
}

export function idfScenarios(chip: Esp32Chip): Scenario[] {
  const idf = new IdfBoard(chip);
  const scenario = (
    path: string,
    what: string,
    before: (world: World) => void,
    act: (world: World) => void,
  ): Scenario => ({
    layout: chip.layout,
    path,
    claim: "comparison",
    what,
    start: () => {
      const world = idf.provisioned();
      before(world);
      return world;
    },
    act: (world) => {
      act(world);
      world.restart(StartReason.Restart);
      return [];
    },
    recover: (world) => recover(world, idf),
  });
  const commit = (world: World): void => {
    idf.setBoot(world);
    world.mark("c");
  };
  return [
    scenario("idf-set-boot", "IDF's own states: the switch to NEW", () => undefined, commit),
    scenario("idf-first-start", "the boot loader's NEW to PENDING_VERIFY", commit, (world) => {
      idf.boot(world);
    }),
    scenario(
      "idf-confirm",
      "the application's PENDING_VERIFY to VALID",
      (world) => {
        commit(world);
        idf.boot(world);
      },
      (world) => idf.markValid(world),
    ),
  ];
}

/** One start: what it un-installs stays so until somebody sends the image again. */
function recover(world: World, idf: IdfBoard): Finding[] {
  const findings = new Findings(world);
  const runs = idf.boot(world);
  if (runs === "") findings.add("brick", "nothing boots");
  else if (runs === "?") findings.add("unverified", "what boots is no whole image");
  else if (runs === "old" && world.has("c")) findings.add("uninstalled", "old runs after the commit");
  return findings.list;
}
