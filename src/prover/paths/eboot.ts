import type { Board, EbootLayout } from "../../../boards/index.js";
import { bootEboot } from "../../board/boot-loaders/eboot.js";
import { flashCommandSector, writeFlashCommand } from "../../board/boot-loaders/eboot-persistent.js";
import { fileView } from "../../board/boot-loaders/flash-view.js";
import { slotVerdict } from "../../board/boot-loaders/outcome.js";
import { flashArea } from "../../board/flash-area.js";
import { EbootScheme, type RtcPort } from "../../core/firmware/eboot-scheme.js";
import { FirmwareTarget } from "../../core/firmware/firmware-target.js";
import { roundUpToSector } from "../../core/flash/eboot.js";
import { boardTarget } from "../../image/board-target.js";
import { nodeImageTools } from "../../image/judge-file.js";
import { makeGzip, makeSketch } from "../images.js";
import { driveUpdate, judgeFirmware, type Rig, recover, refusal, updateToNext } from "../rig.js";
import { type Findings, type Scenario, World } from "../scenario.js";

/** Which eboot, and what is staged for it. */
export interface EbootVariant {
  /** The command lies in flash (boot-loaders/eboot-persistent.ts) instead of in RTC memory. */
  readonly persistent: boolean;
  readonly gzip: boolean;
}

const versions: Readonly<Record<string, string>> = { old: "1.0.0", next: "2.0.0" };

/** One sketch, and the next one staged below the filesystem for eboot to copy. */
export class EbootRig implements Rig {
  private readonly names = new Map<string, string>();
  readonly health = "well";
  private readonly images = new Map<string, Uint8Array>();
  /** Bytes from 0 that sketches may use. */
  private readonly area: number;

  constructor(
    private readonly board: Board,
    private readonly layout: EbootLayout,
    private readonly variant: EbootVariant,
    sketchSize: number,
  ) {
    this.area = variant.persistent ? flashCommandSector(layout.area) : layout.area;
    for (const [name, version] of Object.entries(versions)) {
      const sketch = makeSketch(sketchSize, version, board.flashSize);
      this.images.set(name, sketch);
      this.names.set(slotVerdict(fileView(sketch), boardTarget(board)).md5, name);
    }
  }

  provisioned(): World {
    const world = World.blank(this.board.flashSize, this.board.blockLength);
    world.flash.program(0, this.image("old"));
    // The staging area is not blank: an update long ago left its traces there.
    world.flash.program(this.area - 0x3000, this.image("old").subarray(0, 5000));
    world.readsRtc = !this.variant.persistent;
    world.rtc.losePower();
    return world;
  }

  readonly boot = (world: World) =>
    bootEboot({
      flash: world.flash,
      rtc: world.rtc,
      target: boardTarget(this.board),
      area: this.layout.area,
      commandSector: this.variant.persistent ? flashCommandSector(this.layout.area) : undefined,
      allowBlankFirmware: false,
    });

  /** A sketch that has started stays up. */
  readonly start = (world: World, findings: Findings): string =>
    judgeFirmware(world, this, this.boot(world), this.names, findings);

  readonly send = (world: World, name: string): string => {
    const flash = flashArea(world.flash, 0, world.flash.size);
    const rtc = this.variant.persistent ? this.commandInFlash(world) : rtcOf(world);
    const target = { ...boardTarget(this.board), room: this.area, inflatedRoom: this.area };
    const scheme = new EbootScheme(nodeImageTools, flash, rtc, this.area, target, () => undefined);
    const image = this.image(name);
    const lift = world.flash.protect(0, roundUpToSector(image.length), "the running sketch");
    const behind = world.flash.protect(this.layout.area, this.board.flashSize, "filesystem and settings");
    const file = this.variant.gzip ? makeGzip(image) : image;
    const refused = driveUpdate([new FirmwareTarget(nodeImageTools, flash, scheme)], file, 1460);
    lift();
    behind();
    return refusal(refused);
  };

  private image(name: string): Uint8Array {
    return this.images.get(name) ?? new Uint8Array();
  }

  private commandInFlash(world: World): RtcPort {
    const sector = flashCommandSector(this.layout.area);
    return {
      read: (offset, length) => world.flash.read(sector + offset, length),
      write: (bytes) => {
        if (bytes instanceof Uint8Array) writeFlashCommand(world.flash, sector, bytes);
      },
    };
  }
}

function rtcOf(world: World): RtcPort {
  return {
    read: (offset, length) => world.rtc.read(offset, length),
    write: (bytes, offset) => {
      if (bytes instanceof Uint8Array) world.rtc.write(offset, bytes);
    },
  };
}

/** Bytes of a sketch that is cut exhaustively, eboot's sector included. */
export const smallSketch = 13_000;

/** Sketches: the stock eboot with its true number of failures, and the one that keeps its command in flash. */
export function ebootScenarios(board: Board, layout: EbootLayout, size = smallSketch): Scenario[] {
  const scenario = (path: string, what: string, variant: EbootVariant): Scenario => {
    const rig = new EbootRig(board, layout, variant, size);
    return {
      layout: board.id,
      path,
      claim: variant.persistent ? "safe" : layout.powerSafety,
      what,
      start: () => rig.provisioned(),
      // The copy belongs to the update: it is what the power is cut in.
      act: (world) => {
        const refused = updateToNext(world, rig);
        if (refused.length === 0) rig.boot(world);
        return refused;
      },
      recover: (world) => recover(world, rig),
    };
  };
  return [
    scenario("eboot", "stock eboot, raw sketch: staged, then copied", { persistent: false, gzip: false }),
    scenario("eboot-gzip", "stock eboot, gzip: staged, then inflated", { persistent: false, gzip: true }),
    scenario("eboot-flash", "command in flash, raw sketch", { persistent: true, gzip: false }),
    scenario("eboot-flash-gzip", "command in flash, gzip", { persistent: true, gzip: true }),
  ];
}
