import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { isFault } from "../../../core/firmware/fault-or.js";
import { Record } from "../../../core/journal.js";
import type { Chunk, Digest } from "../../../core/ports.js";
import { SlotWriter } from "../../../core/slot-writer.js";
import type { Target } from "../../../core/target.js";
import { chipFlash, hasFirmwareSlots } from "../ports/chip-flash.js";
import { equal } from "../ports/engine-bytes.js";
import { type FirmwarePlace, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

/** Bytes of the head that the judge makes use of (core/image/judge.ts). */
const headLength = 288;

/**
 * Takes Espruino itself, on boards with factory and ota_0. What it takes to judge, to compare and to switch is loaded
 * for each step and dropped again.
 */
export class FirmwareSteps implements Target {
  readonly name: string;
  readonly headLength: number;
  private readonly writer: SlotWriter;
  private readonly isAble: boolean;
  private place: FirmwarePlace | undefined;

  constructor(
    private readonly it: Resident,
    private readonly md5: () => Digest,
  ) {
    this.name = "firmware";
    this.headLength = headLength;
    this.writer = new SlotWriter({ equal: equal }, chipFlash);
    this.isAble = hasFirmwareSlots();
    this.place = undefined;
  }

  capacity(command: number): number {
    return command === 0 && this.isAble ? BOARD_OTA_0_SIZE : 0;
  }

  recognises(_head: Chunk, command: number): boolean {
    return command === 0;
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const place = this.it.load(Part.Firmware)(this.md5, head, size);
    if (isFault(place)) return place;
    this.place = place;
    this.writer.begin(place.offset / BOARD_BLOCK, place.size / BOARD_BLOCK);
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    return this.writer.write(chunk);
  }

  verify(md5: string): Fault | undefined {
    return this.it.load(Part.Stored)(this.md5, this.writer.offset(), this.writer.done, md5);
  }

  commit(): Fault | undefined {
    const place = this.place;
    if (place === undefined) return fault(FaultNumber.Commit, "nothing to commit");
    try {
      this.it.note((place.slot & 1) === 0 ? Record.FirmwareEven : Record.FirmwareOdd);
      this.it.load(Part.Switch)().select(place.slot);
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return this.place === undefined ? "" : this.place.text;
  }
}
