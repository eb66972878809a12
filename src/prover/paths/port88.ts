import type { Board, User12Layout } from "../../../boards/index.js";
import { bootV1 } from "../../board/boot-loaders/boot-v1.js";
import type { BootOutcome } from "../../board/boot-loaders/outcome.js";
import { slotVerdict } from "../../board/boot-loaders/slot-verdict.js";
import { flashArea } from "../../board/flash-area.js";
import { UpdaterRequest } from "../../board/port88/request.js";
import { type ParamStyle, SdkUpgrade } from "../../board/port88/sdk-upgrade.js";
import { Storage } from "../../board/storage.js";
import { type AppHeader, appHeaderLength, parseAppHeader } from "../../core/app-header.js";
import { firmwareGivenUp, StartReason } from "../../core/boot.js";
import { Homecoming } from "../../core/firmware/homecoming.js";
import { NativeTarget } from "../../core/firmware/native-target.js";

import { StorageMirror } from "../../core/firmware/storage-mirror.js";
import { parameterSectors, user1Start } from "../../core/flash/user-slots.js";
import { chunkSource } from "../../core/image/source.js";
import { attemptLimit, Journal, Record } from "../../core/journal.js";
import { Notes } from "../../core/notes.js";
import type { Flash } from "../../core/ports.js";
import type { Reason } from "../../core/reason.js";
import { SlotWriter } from "../../core/slot-writer.js";
import { storeFileLength, storeFileName } from "../../core/store.js";
import { StorageFiles } from "../../espruino/storage-files.js";
import { boardTarget } from "../../image/board-target.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import { EspruinoDevice, type StorePlace } from "../espruino-device.js";
import type { FirmwareRig } from "../firmware-rig.js";
import { makeBundle, makeUser } from "../images.js";
import type { Findings } from "../scenario.js";
import { World } from "../world.js";

const segmentLength = 0x100000;
const headLength = 64;
/** Steps of a homecoming: blocks of two bundles, and a few more. */
const mostSteps = 64;

const versions: Readonly<globalThis.Record<string, string>> = {
  old: "1.0.0",
  next: "2.0.0",
  cure: "2.0.1",
};

/**
 * Espruino on an ESP8266: the image goes through port 88 (the virtual board's model of it, down to the SDK's parameters),
 * the agent compares and carries Storage along. The mark "a" says that the app 2.0.0 was confirmed.
 */
export class Port88Rig implements FirmwareRig {
  readonly names = new Map<string, string>();
  readonly health = "well";
  /** Tests of the prover break the order of things here. */
  mirrorOf: (mirror: StorageMirror) => Pick<StorageMirror, "advance" | "finish"> = (mirror) => mirror;
  /** False: user1 just goes on with what it had. */
  comesHome = true;
  private readonly images = new Map<string, Uint8Array>();
  private running: 0 | 1 = 0;

  constructor(
    private readonly board: Board,
    private readonly layout: User12Layout,
    private readonly place: StorePlace,
    imageSize: number,
    private readonly style: ParamStyle = "other-copy",
  ) {
    for (const [name, version] of Object.entries(versions))
      for (const slot of [1, 2]) {
        const image = makeUser(slot, imageSize, version, layout.map);
        this.images.set(`${name}${slot}`, image);
        const verdict = slotVerdict(chunkSource(image), { ...boardTarget(board), userBin: slot });
        this.names.set(verdict.md5, name);
      }
  }

  /** By cable: user1, Storage with loader, agent and app, parameters as the first start makes them. */
  provisioned(): World {
    const { board, place } = this;
    const world = World.blank(board.flashSize, board.blockLength);
    world.flash.program(user1Start, this.image("old1"));
    const size = board.espruino?.storage.size ?? 0;
    const image = new Uint8Array(size).fill(0xff);
    const files = new StorageFiles(image);
    files.reserve(storeFileName, storeFileLength(place.layout));
    files.add(".boot0", "print('loader')".padEnd(3000, ";"));
    for (let at = 0; at < size; at += board.blockLength)
      if (image.subarray(at, at + board.blockLength).some((byte) => byte !== 0xff))
        world.flash.program(place.address + at, image.subarray(at, at + board.blockLength));
    const device = this.device(world, 0);
    const bundle = { family: place.family, version: "1.0.0", size: 1500 };
    device.put(place.layout.agent[0], makeBundle({ ...bundle, name: "sluice", kind: 2 }));
    device.put(place.layout.app[0], makeBundle({ ...bundle, name: "garden", kind: 1 }));
    device.journal.open();
    device.append(Record.Confirm);
    this.boot(world);
    return world;
  }

  /** An app sent to what runs, in its other slot, confirmed long ago. */
  appUpdated(world: World): void {
    const device = this.device(world, this.slotOf(this.boot(world.fork())));
    device.journal.open();
    const { family, layout } = this.place;
    device.put(layout.app[1], makeBundle({ family, version: "2.0.0", size: 1800, name: "garden", kind: 1 }));
    device.append(Record.AppB);
    device.append(Record.Confirm);
    world.mark("a");
  }

  readonly boot = (world: World): BootOutcome => {
    const outcome = bootV1({
      flash: world.flash,
      target: boardTarget(this.board),
      map: this.layout.map,
      bootVersion: this.layout.bootVersion,
      allowBlankFirmware: false,
    });
    this.running = this.slotOf(outcome);
    return outcome;
  };

  /** Espruino, loader and agent, as targets/esp8266 and src/espruino/device have them. */
  readonly run = (world: World, _name: string, findings: Findings): boolean => {
    const slot = this.running;
    const lift = this.protect(world, slot);
    try {
      return this.start(world, slot, findings);
    } finally {
      lift();
    }
  };

  private start(world: World, slot: 0 | 1, findings: Findings): boolean {
    const device = this.device(world, slot);
    const start = this.place.address + slot * segmentLength;
    if (!new Storage(world.flash, start, this.board.espruino?.storage.size ?? 0).isValid()) {
      findings.add("brick", `user${slot + 1} finds its Storage corrupt and erases it: no loader`);
      world.pinsDriven = true;
      return true;
    }
    device.drivePins();
    const state = device.journal.open();
    const homeward =
      this.comesHome &&
      slot === 0 &&
      state.firmwareTrial &&
      state.firmwareSlot === 1 &&
      state.attempts < attemptLimit;
    if (homeward) {
      device.choose();
      this.comeHome(world, device);
      device.restart(StartReason.Restart);
      return false;
    }
    firmwareGivenUp(device.journal, { runningSlot: () => slot, giveUp: () => undefined });
    const choice = device.choose();
    if (choice.agent < 0 || choice.app < 0) {
      findings.add("lost", `agent or app do not start any more under user${slot + 1}`);
      return true;
    }
    const app = device.slots.app(choice.app);
    if (world.has("a") && app?.version !== "2.0.0")
      findings.add(
        "downgrade",
        `the app ${app?.version} runs under user${slot + 1} although 2.0.0 was confirmed`,
      );
    device.append(Record.Confirm);
    world.tell(`agent: confirmed under user${slot + 1}, app ${app?.version}`);
    return true;
  }

  private comeHome(world: World, device: EspruinoDevice): void {
    const there = this.storage(world, 1);
    const home = new Homecoming({
      bytes: nodeBytes,
      checksum: nodeCrypto,
      segments: { here: device.flash, there },
      layout: this.place.layout,
      journal: device.journal,
      writer: new SlotWriter(nodeBytes, device.flash),
      ...this.openers(),
    });
    for (let step = 0; step < mostSteps && !home.step(); step++);
    world.tell(`agent: home again, away ${home.wasAway()}, carried "${home.carried()}"`);
  }

  /** The whole way of `sluice upload`: agent, port 88, agent, restart. */
  readonly send = (world: World, name: string): string => {
    const slot = this.slotOf(this.boot(world.fork()));
    const device = this.device(world, slot);
    device.journal.open();
    if (device.onTrial()) return "ON_TRIAL";
    const image = this.image(`${name}${2 - slot}`);
    const at = slot === 0 ? this.layout.user2 : user1Start;
    const mirror =
      slot === 0
        ? new StorageMirror(
            nodeBytes,
            { here: this.storage(world, 0), there: this.storage(world, 1) },
            this.place.layout,
            this.openers().journalOf,
          )
        : undefined;
    const target = new NativeTarget(
      nodeBytes,
      { refusal: () => undefined, read: (length, offset) => world.flash.read(at + offset, length) },
      2 - slot,
      device.journal,
      mirror === undefined ? undefined : (this.mirrorOf(mirror) as StorageMirror),
    );
    const lift = this.protect(world, slot);
    const failed = this.accompany(world, target, image, slot);
    if (failed !== "") lift();
    if (failed !== "") return failed;
    lift();
    this.request(world, slot, "POST /flash/reboot HTTP/1.1\r\nContent-Length: 0\r\n\r\n", new Uint8Array(0));
    return "";
  };

  private accompany(world: World, target: NativeTarget, image: Uint8Array, slot: 0 | 1): string {
    const head = image.subarray(0, headLength);
    let why: Reason | undefined = target.judge(head, image.length) ?? target.write(head);
    if (why !== undefined) return why.text;
    const line = `POST /flash/upload HTTP/1.1\r\nContent-Length: ${image.length}\r\n\r\n`;
    const answer = this.request(world, slot, line, image);
    if (!answer.startsWith("HTTP/1.1 200")) return answer;
    for (let done = headLength; done < image.length; done += this.place.piece) {
      why = target.write(image.subarray(done, Math.min(done + this.place.piece, image.length)));
      if (why !== undefined) return why.text;
    }
    return (target.verify() ?? target.commit())?.text ?? "";
  }

  /** One request to port 88; a restart that it brings is the caller's. @returns the response */
  private request(world: World, slot: 0 | 1, head: string, body: Uint8Array): string {
    const upgrade = new SdkUpgrade(world.flash, slot, this.style);
    let answer = "";
    let restarts = false;
    const request = new UpdaterRequest({
      flash: world.flash,
      map: this.layout.map,
      upgrade,
      respond: (text) => {
        answer += text;
      },
      abort: () => undefined,
      scheduleReboot: () => {
        restarts = true;
      },
    });
    request.receive(Buffer.from(head, "latin1"));
    for (let at = 0; at < body.length; at += 536) request.receive(body.subarray(at, at + 536));
    if (restarts) upgrade.switchOver();
    return answer;
  }

  private openers() {
    const { layout } = this.place;
    return {
      journalOf: (storage: Flash) => new Journal(nodeBytes, nodeCrypto, storage, layout.journal),
      notesOf: (storage: Flash) => new Notes(nodeBytes, nodeCrypto, storage, layout.notes),
      headerAt: (storage: Flash, block: number): AppHeader | undefined => {
        const head = storage.read(appHeaderLength, block * layout.blockLength);
        const header = parseAppHeader(nodeBytes, nodeCrypto.crc32, head);
        return typeof header === "string" ? undefined : header;
      },
    };
  }

  /** Nobody writes over what runs; under user2 JavaScript reaches its own megabyte and the parameters only. */
  private protect(world: World, slot: 0 | 1): () => void {
    const { flash } = world;
    const lifts = [
      flash.protect(0, user1Start, "boot loader"),
      slot === 0
        ? flash.protect(user1Start, user1Start + this.layout.maxImage, "the running user1")
        : flash.protect(this.layout.user2, this.layout.user2 + this.layout.maxImage, "the running user2"),
      flash.protect(parameterSectors(flash.size), parameterSectors(flash.size) + 0x1000, "RF data"),
    ];
    if (slot === 1)
      lifts.push(flash.protect(this.place.address, segmentLength, "user1's Storage, out of user2's reach"));
    return () => {
      for (const lift of lifts) lift();
    };
  }

  private device(world: World, slot: 0 | 1): EspruinoDevice {
    return new EspruinoDevice(world, { ...this.place, address: this.place.address + slot * segmentLength });
  }

  private storage(world: World, slot: 0 | 1): Flash {
    const { offset = 0, size = 0 } = this.board.espruino?.storage ?? {};
    return flashArea(world.flash, offset + slot * segmentLength, size);
  }

  private slotOf(outcome: BootOutcome): 0 | 1 {
    return outcome.kind !== "nothing" && outcome.offset === this.layout.user2 ? 1 : 0;
  }

  private image(name: string): Uint8Array {
    return this.images.get(name) ?? new Uint8Array();
  }
}
