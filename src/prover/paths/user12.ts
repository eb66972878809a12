import type { Board, User12Layout } from "../../../boards/index.js";
import { bootV1 } from "../../board/boot-loaders/boot-v1.js";
import { slotVerdict } from "../../board/boot-loaders/slot-verdict.js";
import { flashArea } from "../../board/flash-area.js";
import { FirmwareTarget } from "../../core/firmware/firmware-target.js";
import { judgeWhole } from "../../core/firmware/judge-stored.js";
import { User12Scheme } from "../../core/firmware/user12-scheme.js";
import { parameterSectors, user1Start } from "../../core/flash/user-slots.js";
import { chunkSource } from "../../core/image/source.js";
import type { Target } from "../../core/target.js";
import { boardTarget } from "../../image/board-target.js";
import { type FirmwareRig, recoverFirmware, updateFirmware } from "../firmware-rig.js";
import { makeUser } from "../images.js";
import { Findings, type Scenario } from "../scenario.js";
import { send } from "../send.js";
import { World } from "../world.js";
import { tools } from "./esp32.js";
import { smallFirmware } from "./esp32-scenarios.js";

const versions: Readonly<Record<string, string>> = {
  older: "0.9.0",
  old: "1.0.0",
  next: "2.0.0",
  cure: "2.0.1",
};

/** user1/user2 under boot_v1.x. Every version exists twice, linked for either slot. */
export class User12Rig implements FirmwareRig {
  readonly names = new Map<string, string>();
  /** What stands between updater and target; tests of the prover break the order of writes here. */
  wrap: (target: Target) => Target = (target) => target;
  readonly health = "well";
  private readonly images = new Map<string, Uint8Array>();

  constructor(
    private readonly board: Board,
    private readonly layout: User12Layout,
    imageSize: number,
  ) {
    for (const [name, version] of Object.entries(versions))
      for (const slot of [1, 2]) {
        const image = makeUser(slot, imageSize, version, layout.map);
        this.images.set(`${name}${slot}`, image);
        const verdict = slotVerdict(chunkSource(image), { ...boardTarget(board), userBin: slot });
        this.names.set(verdict.md5, name);
      }
  }

  /** Flashed by cable: user1, blank parameters, as far as the first start makes them. */
  provisioned(): World {
    const world = World.blank(this.board.flashSize, this.board.blockLength);
    world.flash.program(user1Start, this.image("old1"));
    world.flash.program(this.layout.user2, this.image("older2").subarray(0, 6000));
    this.boot(world);
    return world;
  }

  readonly boot = (world: World) =>
    bootV1({
      flash: world.flash,
      target: boardTarget(this.board),
      map: this.layout.map,
      bootVersion: this.layout.bootVersion,
      allowBlankFirmware: false,
    });

  /** boot_v1.x has no confirmation: a firmware that starts is in. */
  readonly run = (world: World): boolean => {
    world.pinsDriven = true;
    return true;
  };

  readonly send = (world: World, name: string): string => {
    const { layout, board } = this;
    const flash = flashArea(world.flash, 0, world.flash.size);
    const slots = {
      user2: layout.user2,
      maxImage: layout.maxImage,
      flashSize: board.flashSize,
      bootVersion: layout.bootVersion,
    };
    const target = boardTarget(board);
    const scheme = new User12Scheme(
      tools,
      flash,
      slots,
      (userBin) => ({ ...target, userBin }),
      () => undefined,
    );
    const running = this.boot(world.fork());
    const runs = running.kind === "image" && running.offset === user1Start ? 1 : 2;
    const at = runs === 1 ? user1Start : layout.user2;
    const lifts = [
      world.flash.protect(0, user1Start, "boot loader"),
      world.flash.protect(at, at + layout.maxImage, `the running slot user${runs}`),
      world.flash.protect(
        parameterSectors(board.flashSize),
        parameterSectors(board.flashSize) + 0x1000,
        "RF data",
      ),
    ];
    const refused = send(
      [this.wrap(new FirmwareTarget(tools, flash, scheme, judgeWhole))],
      this.image(`${name}${3 - runs}`),
      1460,
    );
    for (const lift of lifts) lift();
    return refused === undefined ? "" : `${refused.code} ${refused.text}`;
  };

  private image(name: string): Uint8Array {
    return this.images.get(name) ?? new Uint8Array();
  }
}

export function user12Scenarios(board: Board, layout: User12Layout, size = smallFirmware): Scenario[] {
  const rig = new User12Rig(board, layout, size);
  const scenario = (path: string, what: string, before: (world: World) => void): Scenario => ({
    layout: board.id,
    path,
    claim: layout.powerSafety,
    what,
    start: () => {
      const world = rig.provisioned();
      before(world);
      return world;
    },
    act: (world) => updateFirmware(world, rig),
    recover: (world) => recoverFirmware(world, rig),
  });
  return [
    scenario("firmware", "from user1 to user2, then the parameters", () => undefined),
    scenario("firmware-back", "from user2 to user1", (world) => {
      rig.send(world, "old");
    }),
    {
      ...scenario("first-start", "boot_v1.x writes its first parameters", () => undefined),
      start: () => {
        const world = rig.provisioned();
        for (let sector = 1; sector < 4; sector++)
          world.flash.eraseBlockAt(parameterSectors(board.flashSize) + sector * 0x1000);
        return world;
      },
      act: (world) => {
        const findings = new Findings(world);
        if (rig.boot(world).kind !== "image") findings.add("brick", "nothing boots with blank parameters");
        return findings.list;
      },
    },
  ];
}
