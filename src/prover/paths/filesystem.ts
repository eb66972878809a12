import type { Board, EbootLayout } from "../../../boards/index.js";
import { flashArea } from "../../board/flash-area.js";
import { Command } from "../../core/espota/wire.js";
import { FilesystemTarget, StagedCopy, type Staging } from "../../core/firmware/filesystem-target.js";
import { roundUpToSector } from "../../core/flash/eboot.js";
import type { Checksum } from "../../core/ports.js";
import { StartReason } from "../../core/update/boot.js";
import type { Target } from "../../core/update/target.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import { noise } from "../images.js";
import { driveUpdate, refusal } from "../rig.js";
import { type Finding, Findings, type Scenario, type World } from "../scenario.js";
import { EbootRig, smallSketch } from "./eboot.js";

const sectorLength = 4096;

/** A data partition behind the sketch area, and the sketch that has it replaced. */
export class FilesystemRig {
  /** What stands between updater and target; tests of the prover break the order of writes here. */
  wrap: (target: Target) => Target = (target) => target;
  /** Guards the copy's record; tests of the prover put one in that accepts everything. */
  checksum: Checksum = nodeCrypto;
  readonly images: Readonly<Record<"old" | "next", Uint8Array>>;
  readonly sketch: EbootRig;
  /** The sector of the copy's record: the last of the sketch area. Below it the image is staged. */
  private readonly record: number;

  constructor(
    private readonly board: Board,
    private readonly layout: EbootLayout,
    private readonly staged: boolean,
    size: number,
  ) {
    const next = noise(size, 22);
    const old = noise(size, 21);
    // A sector that stays the same is neither erased nor written.
    next.copy(old, sectorLength, sectorLength, 2 * sectorLength);
    this.images = { old, next };
    this.sketch = new EbootRig(board, layout, { persistent: false, gzip: false }, smallSketch);
    this.record = layout.area - sectorLength;
  }

  provisioned(): World {
    const world = this.sketch.provisioned();
    // Nothing orders a copy of the stock eboot here.
    world.readsRtc = false;
    world.flash.program(this.layout.area, this.images.old);
    return world;
  }

  copy(world: World): StagedCopy {
    const flash = flashArea(world.flash, 0, world.flash.size);
    return new StagedCopy(nodeBytes, this.checksum, flash, this.record / sectorLength);
  }

  send(world: World): string {
    const flash = flashArea(world.flash, 0, world.flash.size);
    const { area, filesystem } = this.layout;
    const room = roundUpToSector(smallSketch);
    const staging = (size: number): Staging | undefined => {
      const offset = this.record - roundUpToSector(size);
      if (!this.staged || offset < room) return undefined;
      return { copy: this.copy(world), place: { offset, size: roundUpToSector(size) } };
    };
    const partition = { offset: area, size: filesystem };
    const target = new FilesystemTarget(nodeBytes, nodeCrypto, flash, partition, staging, !this.staged);
    const lifts = [
      world.flash.protect(0, room, "the running sketch"),
      world.flash.protect(area + filesystem, this.board.flashSize, "behind the filesystem"),
    ];
    const refused = driveUpdate([this.wrap(target)], this.images.next, 1460, Command.Filesystem);
    for (const lift of lifts) lift();
    return refusal(refused);
  }

  /** What the application would mount: "old", "next", or "?" for a mixture. */
  mounted(world: World): string {
    const found = world.flash.read(this.layout.area, this.images.old.length);
    if (Buffer.compare(found, this.images.old) === 0) return "old";
    return Buffer.compare(found, this.images.next) === 0 ? "next" : "?";
  }
}

export function actFilesystem(world: World, rig: FilesystemRig): Finding[] {
  const findings = new Findings(world);
  const refused = rig.send(world);
  if (refused !== "") findings.add("stuck", `the update is refused: ${refused}`);
  world.mark("c");
  world.restart(StartReason.Restart);
  return findings.list;
}

function start(world: World, rig: FilesystemRig, findings: Findings): string {
  const outcome = rig.sketch.boot(world);
  if (outcome.kind !== "image" || !outcome.verdict.sound)
    findings.add("brick", "the sketch does not start any more");
  if (rig.copy(world).carryOut()) world.log("the staged copy is carried out");
  const found = rig.mounted(world);
  world.log(`filesystem: ${found}`);
  if (found === "?") findings.add("lost", "the filesystem is neither the old nor the new one");
  else if (found === "old" && world.has("c"))
    findings.add("uninstalled", "the old filesystem is back after the commit");
  return found;
}

export function recoverFilesystem(world: World, rig: FilesystemRig): Finding[] {
  const findings = new Findings(world);
  if (start(world, rig, findings) === "next") return findings.list;
  world.log("the filesystem is sent again");
  const refused = rig.send(world);
  if (refused !== "") findings.add("stuck", `sent again it is refused: ${refused}`);
  else if (rig.mounted(world) !== "next") findings.add("stuck", "sent again it is still not in");
  return findings.list;
}

export function filesystemScenarios(board: Board, layout: EbootLayout, size = 16 * 1024): Scenario[] {
  if (layout.filesystem < size) return [];
  const scenario = (path: string, what: string, staged: boolean): Scenario => {
    const rig = new FilesystemRig(board, layout, staged, size);
    return {
      layout: board.id,
      path,
      claim: staged ? "safe" : "not-power-safe",
      what,
      start: () => rig.provisioned(),
      act: (world) => actFilesystem(world, rig),
      recover: (world) => recoverFilesystem(world, rig),
    };
  };
  return [
    scenario("filesystem", "staged in the sketch area, verified, copied", true),
    scenario("filesystem-in-place", "written over the old one, with force", false),
  ];
}
