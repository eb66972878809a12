import { appHeaderLength, Engine } from "../../../core/bundle/header.js";
import { judgeBundle, verifyBundle } from "../../../core/bundle/judge.js";
import { type Fault, FaultNumber, fault, isFault } from "../../../core/errors.js";
import type { Chunk, Digest } from "../../../core/ports.js";
import { unwanted, type WantedImage } from "../../../core/pull/wanted.js";
import { ImageReceiver } from "../../../core/update/image-receiver.js";
import { SlotWriter } from "../../../core/update/slot-writer.js";
import type { Target } from "../../../core/update/target.js";
import { blocks, equal, headBytes } from "../ports/bytes.js";
import { crc32, engineMd5, sha256Hex } from "../ports/crypto.js";
import { chipFlash, largestImage, storeFlash, storeOfBoard } from "../ports/flash.js";
import { Part, type PartTypes, type Resident, type SlotPlace } from "../resident/resident.js";
import { trustsKeys } from "../settings.js";

/**
 * Every slot that the board has: for applications, agents and, with factory and ota_0, Espruino itself. What it takes to
 * judge, to compare and to switch is loaded for each step and dropped again.
 */
export class SlotTarget implements Target {
  readonly name: string = "slots";
  /** First bytes that are judged: a bundle's header, or the descriptor of firmware (core/image/judge.ts) behind its own. */
  readonly headLength: number = BOARD_OTADATA === 0 ? appHeaderLength : 288;
  private writer: SlotWriter = new SlotWriter({ equal: equal }, storeFlash);
  private place: SlotPlace | undefined = undefined;
  /** Bytes of the largest image. */
  private readonly room: number = largestImage();

  constructor(
    private readonly it: Resident,
    private readonly md5: () => Digest,
    private readonly wants: WantedImage | undefined,
  ) {}

  capacity(command: number): number {
    return command === 0 ? this.room : 0;
  }

  recognises(head: Chunk, command: number): boolean {
    if (command !== 0) return false;
    return (BOARD_OTADATA !== 0 && this.room === BOARD_OTA_0_SIZE) || isBundle(head);
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const it = this.it;
    const isApp = isBundle(head);
    const wants = this.wants;
    if (BOARD_OTADATA !== 0 && wants !== undefined && wants.kind !== 0 && !isApp)
      return fault(FaultNumber.WrongKind, "no bundle, but the poll is for one");
    let place: SlotPlace | Fault;
    try {
      place =
        BOARD_OTADATA === 0 || isApp
          ? it.load(Part.Bundle)(it, head, size, wants)
          : it.load(Part.Firmware)(it.load(Part.Switch)().order(), head, size);
    } catch (error) {
      // Thrown on, it would count as a crash of the application.
      place = fault(FaultNumber.OutOfMemory, `${error}`);
    }
    if (isFault(place)) return place;
    this.place = place;
    if (BOARD_OTADATA !== 0) this.writer = new SlotWriter({ equal: equal }, isApp ? storeFlash : chipFlash);
    this.writer.begin(place.block, place.blocks);
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    // Without its first byte it is no image, whatever happens, until its signature is verified (parts/signed.ts).
    if (this.writer.done === 0 && this.place !== undefined && this.place.signed)
      (chunk as unknown as Uint8Array)[0] = 255;
    return this.writer.write(chunk);
  }

  verify(md5: string, sha256: string): Fault | undefined {
    const place = this.place;
    if (place === undefined) return fault(FaultNumber.Commit, "nothing to verify");
    const start = this.writer.start;
    try {
      if (place.signed) {
        const refused = this.it.load(Part.Release)(this.it, start, place);
        if (refused !== undefined) return refused;
      }
      if (BOARD_OTADATA === 0 || place.firmware === undefined)
        return this.it.load(Part.Bundled)(start, place, sha256);
      return this.it.load(Part.Stored)(this.it, this.md5, start, this.writer.done, md5);
    } catch (error) {
      return fault(FaultNumber.OutOfMemory, `${error}`);
    }
  }

  commit(): Fault | undefined {
    const place = this.place;
    if (place === undefined) return fault(FaultNumber.Commit, "nothing to commit");
    try {
      if (!this.it.note(place.record)) return fault(FaultNumber.Commit, "the boot journal does not keep it");
      if (BOARD_OTADATA !== 0 && place.firmware !== undefined)
        this.it.load(Part.Switch)().select(place.firmware);
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return this.place === undefined ? "" : this.place.text;
  }
}

function isBundle(head: Chunk): boolean {
  return (head as unknown as string).slice(0, 4) === "SLUA";
}

/** Takes the image of an update: from the first byte on, and no sooner in memory. */
export const receive: PartTypes[Part.Receive] = (it, offer) => {
  const md5 = engineMd5(() => it.load(Part.Md5));
  return new ImageReceiver(blocks, { md5: md5 }, [new SlotTarget(it, md5, offer.wants)], offer);
};

/** Where an application or an agent goes, or why it does not. */
export const bundle: PartTypes[Part.Bundle] = (it, head, size, wants) => {
  const boot = it.boot;
  const state = { app: boot.slot, agent: boot.agent, appTrial: boot.appTrial, agentTrial: boot.agentTrial };
  const options = {
    engine: Engine.Espruino,
    family: BOARD_FAMILY,
    agentVersion: SLUICE_VERSION,
    signed: trustsKeys(),
  };
  const place = judgeBundle(headBytes, { crc32: crc32 }, storeOfBoard, state, options, head, size);
  if (wants === undefined || isFault(place)) return place;
  return unwanted(headBytes, head, wants) || place;
};

/** Whether flash holds the bundle that was sent. */
export const bundled: PartTypes[Part.Bundled] = (start, place, sha256) => {
  return verifyBundle(headBytes, { crc32: crc32, sha256Hex: sha256Hex }, storeFlash, start, place, sha256);
};
