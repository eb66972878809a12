import { type Fault, FaultNumber, fault } from "../errors.js";
import {
  activeOtaEntry,
  factorySlot,
  isOtaInvalid,
  makeOtaEntry,
  nextOtaWrite,
  type OtaEntry,
  OtaState,
  otaBootOrder,
  otaEntryLength,
  otaSectorLength,
  parseOtaEntry,
} from "../flash/otadata.js";
import { imageHeadLength, judgeHead } from "../image/judge.js";
import type { ImageTarget, ImageTools } from "../image/source.js";
import type { Bytes, Checksum, Flash } from "../ports.js";
import { u32Text } from "../read.js";
import { mostLooks, steadyRead } from "../update/read-back.js";
import { asRead, type FirmwareScheme, type Place } from "./firmware-target.js";

/** Offset of the state within an entry, bytes. */
const stateOffset = 24;

/**
 * Makes an ESP32's boot loader start a slot, by otadata. The trial of a new firmware is Sluice's own (journal.ts): an
 * entry is written with state UNDEFINED, which no boot loader advances, and giving up writes INVALID over it, which only
 * clears bits. So neither starting nor confirming erases the entry that counts, as ESP-IDF's own states do, and a power
 * cut alone never un-installs.
 *
 *     call              written                                        power is lost in it: what starts then
 *     select(ota_n)     the other entry, with the next higher          the slot that ran: the entry's CRC is wrong
 *                       sequence number that means ota_n
 *     select(factory)   INVALID, into the entry that counts last       the slot that ran, or factory
 *     giveUp, an entry  INVALID, into the one that counts              the slot given up, or the one before it
 *     counts
 *     giveUp, none      as select(ota_0): factory runs                 factory
 *
 * An entry in any other state than UNDEFINED, which only ESP-IDF's own API writes, is erased instead.
 */
export class OtaSwitch {
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    /** Offset of the otadata partition, bytes. */
    private readonly otadata: number,
    /** Number of ota_N partitions. */
    private readonly otaSlots: number,
    private readonly hasFactory: boolean,
  ) {}

  /** Slots in the order in which the boot loader tries them: -1 factory, 0 ota_0, … */
  order(): number[] {
    return otaBootOrder(this.bytes, this.checksum, this.entries(), this.otaSlots, this.hasFactory);
  }

  /** Makes `slot` the one that starts next. @throws Error when flash does not show it */
  select(slot: number): void {
    if (!this.isSelected(slot)) throw new Error("otadata is not kept");
  }

  /** @returns whether `slot` starts next */
  private isSelected(slot: number): boolean {
    for (let tries = 0; tries < mostLooks; tries++) {
      this.write(slot);
      if (this.order()[0] === slot) return true;
    }
    return false;
  }

  private write(slot: number): void {
    const entries = this.entries();
    if (slot === factorySlot) {
      // factory runs when neither entry is valid.
      const active = activeOtaEntry(this.bytes, this.checksum, entries);
      for (let i = 0; i < 2; i++) if (i !== active) this.invalidate(i, entries[i]);
      if (active >= 0) this.invalidate(active, entries[active]);
      return;
    }
    const next = nextOtaWrite(this.bytes, this.checksum, entries, slot, this.otaSlots);
    const at = this.otadata + next.sector * otaSectorLength;
    this.eraseSector(at);
    this.flash.write(makeOtaEntry(this.bytes, this.checksum, next.sequence, OtaState.Undefined), at);
  }

  /**
   * Gives up the slot that runs; the one before it runs from the next start on. Where no entry counts, factory runs,
   * and an update only ever goes there from ota_0 (with more slots they take turns among themselves).
   * @returns whether flash shows it
   */
  giveUp(): boolean {
    const entries = this.entries();
    const active = activeOtaEntry(this.bytes, this.checksum, entries);
    if (active < 0) return !this.hasFactory || this.otaSlots === 0 || this.isSelected(0);
    for (let tries = 0; tries < mostLooks; tries++) {
      this.invalidate(active, entries[active]);
      if (isOtaInvalid(this.entries()[active])) return true;
    }
    return false;
  }

  private invalidate(sector: number, entry: OtaEntry): void {
    if (isOtaInvalid(entry)) return;
    const at = this.otadata + sector * otaSectorLength;
    if (entry.state === OtaState.Undefined)
      this.flash.write(this.bytes.fromText(u32Text(OtaState.Invalid)), at + stateOffset);
    else this.eraseSector(at);
  }

  private eraseSector(at: number): void {
    if (this.bytes.isBlank(this.flash.read(otaSectorLength, at))) return;
    const block = Math.floor(at / this.flash.status().blockLength);
    this.flash.eraseBlock(block, block + 1);
  }

  private entries(): OtaEntry[] {
    const found: OtaEntry[] = [];
    for (let i = 0; i < 2; i++) {
      const at = this.otadata + i * otaSectorLength;
      found.push(parseOtaEntry(this.bytes, steadyRead(this.bytes, this.flash, otaEntryLength, at)));
    }
    return found;
  }
}

/** ESP32 A/B: the image goes into the slot that does not run, otadata makes it the next to start. */
export class OtadataScheme implements FirmwareScheme {
  readonly name = "firmware";
  readonly toFlash = asRead;
  readonly fromFlash = asRead;
  /** The slot that the image goes to, once it has a place. */
  slot = factorySlot;

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly otaSwitch: OtaSwitch,
    /** ota_0, ota_1, … and factory. */
    private readonly partitions: { readonly slots: Place[]; readonly factory: Place | undefined },
    readonly image: ImageTarget,
    readonly mayNot: () => Fault | undefined,
    /**
     * Called right before the switch: records in the journal that a trial of this slot begins.
     * @returns whether the journal keeps it
     */
    private readonly beforeSwitch: (slot: number) => boolean,
  ) {}

  capacity(): number {
    const other = this.otherSlot();
    return other === undefined ? 0 : this.placeOf(other).size;
  }

  place(size: number): Place | Fault {
    const other = this.otherSlot();
    if (other === undefined) return fault(FaultNumber.UnknownCommand, "");
    const place = this.placeOf(other);
    if (size > place.size) return fault(FaultNumber.Space, "");
    this.slot = other;
    return place;
  }

  commit(): void {
    if (!this.beforeSwitch(this.slot)) throw new Error("the boot journal does not keep it");
    this.otaSwitch.select(this.slot);
  }

  /** The slot that has started: the first in the boot loader's order whose image it would take. -1 factory, 0 ota_0, … */
  runningSlot(): number {
    const order = this.otaSwitch.order();
    for (const slot of order) if (this.looksSound(slot)) return slot;
    return order.length > 0 ? order[0] : factorySlot;
  }

  private otherSlot(): number | undefined {
    const slots = this.partitions.slots.length;
    if (slots === 0) return undefined;
    const running = this.runningSlot();
    if (running === factorySlot) return 0;
    if (slots > 1) return (running + 1) % slots;
    return this.partitions.factory === undefined ? undefined : factorySlot;
  }

  private placeOf(slot: number): Place {
    const factory = this.partitions.factory;
    if (slot === factorySlot && factory !== undefined) return factory;
    return this.partitions.slots[slot];
  }

  private looksSound(slot: number): boolean {
    const place = this.placeOf(slot);
    const head = this.flash.read(imageHeadLength, place.offset);
    return judgeHead(this.tools, head, place.size, this.image).fault === undefined;
  }
}
