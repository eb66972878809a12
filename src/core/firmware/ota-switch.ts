import { factorySlot, nextOtaWrite, selectOtaSlot } from "../flash/ota-select.js";
import {
  activeOtaEntry,
  isOtaInvalid,
  makeOtaEntry,
  type OtaEntry,
  OtaState,
  otaEntryLength,
  otaSectorLength,
  parseOtaEntry,
} from "../flash/otadata.js";
import type { Bytes, Checksum, Flash } from "../ports.js";
import { u32Text } from "../read.js";

/** Offset of the state within an entry, bytes. */
const stateOffset = 24;

/**
 * Says which slot an ESP32's boot loader starts, by otadata. The trial of a new firmware is Sluice's own (journal.ts):
 * an entry is written with state UNDEFINED, which no boot loader advances, and giving up writes INVALID over it, which
 * only clears bits. So neither starting nor confirming erases the entry that counts, as IDF's own states do, and a
 * power cut alone never un-installs.
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
    return selectOtaSlot(this.bytes, this.checksum, this.entries(), {
      rollback: false,
      otaSlots: this.otaSlots,
      hasFactory: this.hasFactory,
    }).order;
  }

  /** Makes `slot` the one that starts next. */
  select(slot: number): void {
    const entries = this.entries();
    if (slot === factorySlot) {
      // factory runs when neither entry is valid; the one that counts goes last.
      const active = activeOtaEntry(this.bytes, this.checksum, entries);
      for (let i = 0; i < 2; i++) if (i !== active) this.invalidate(i, entries[i]);
      if (active >= 0) this.invalidate(active, entries[active]);
      return;
    }
    const next = nextOtaWrite(this.bytes, this.checksum, entries, slot, this.otaSlots, false);
    const at = this.otadata + next.sector * otaSectorLength;
    this.eraseSector(at);
    this.flash.write(makeOtaEntry(this.bytes, this.checksum, next.sequence, next.state), at);
  }

  /**
   * Gives up the slot that runs; the one before it runs from the next start on. Where no entry counts, factory runs,
   * and an update only ever goes there from ota_0 (with more slots they take turns among themselves).
   */
  giveUp(): void {
    const entries = this.entries();
    const active = activeOtaEntry(this.bytes, this.checksum, entries);
    if (active >= 0) this.invalidate(active, entries[active]);
    else if (this.hasFactory && this.otaSlots > 0) this.select(0);
  }

  private invalidate(sector: number, entry: OtaEntry): void {
    if (isOtaInvalid(entry)) return;
    const at = this.otadata + sector * otaSectorLength;
    // Clearing bits suffices from UNDEFINED; from any other state (somebody else's) the sector must go.
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
      found.push(parseOtaEntry(this.bytes, this.flash.read(otaEntryLength, at)));
    }
    return found;
  }
}
