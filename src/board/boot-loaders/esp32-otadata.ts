import { factorySlot, selectOtaSlot } from "../../core/flash/ota-select.js";
import {
  makeOtaEntry,
  OtaState,
  otaEntryLength,
  otaSectorLength,
  parseOtaEntry,
} from "../../core/flash/otadata.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import type { NorFlash } from "../nor-flash.js";
import type { Esp32Slots } from "./esp32-slots.js";

/** What otadata says, after the boot loader has advanced its states in flash. */
export interface OtaOrder {
  /** Slots to try, -1 for factory. */
  readonly order: readonly number[];
  /** Whether starting an ota slot writes the first entry. */
  readonly initial: boolean;
}

const stateOffset = 24;

/**
 * Reads otadata, writes what rollback wants written, and says which slots to try in which order.
 * @returns undefined when the otadata partition is too small to be used
 */
export function selectByOtadata(flash: NorFlash, slots: Esp32Slots, rollback: boolean): OtaOrder | undefined {
  const facts = { rollback, otaSlots: slots.otaCount, hasFactory: (slots.factory?.offset ?? 0) !== 0 };
  const otadata = slots.otadata;
  if (otadata === undefined || otadata.offset === 0) return { order: fromFactory(slots), initial: false };
  if (otadata.size < 2 * otaSectorLength) return undefined;
  const raw = [0, 1].map((sector) => flash.read(otadata.offset + sector * otaSectorLength, otaEntryLength));
  const entries = raw.map((bytes) => parseOtaEntry(nodeBytes, bytes));
  const choice = selectOtaSlot(nodeBytes, nodeCrypto, entries, facts);
  for (const { sector, state } of choice.writes) {
    // The rest of the entry goes back as it was read, its CRC too, right or wrong.
    const entry = raw[sector];
    new DataView(entry.buffer, entry.byteOffset).setUint32(stateOffset, state, true);
    writeEntry(flash, otadata.offset, sector, entry);
  }
  return { order: choice.order, initial: choice.initial };
}

/** Writes the first entry for a slot that started without one (set_actual_ota_seq). */
export function writeFirstEntry(flash: NorFlash, slots: Esp32Slots, slot: number): void {
  if (slots.otadata === undefined) return;
  const entry = makeOtaEntry(nodeBytes, nodeCrypto, slot + 1, OtaState.Valid);
  if (entry instanceof Uint8Array) writeEntry(flash, slots.otadata.offset, 0, entry);
}

/** Erases a whole sector for 32 bytes: between the two the entry is lost (write_otadata). */
function writeEntry(flash: NorFlash, otadata: number, sector: number, entry: Uint8Array): void {
  const address = otadata + sector * otaSectorLength;
  flash.eraseBlockAt(address);
  flash.program(address, entry);
}

function fromFactory(slots: Esp32Slots): number[] {
  return [factorySlot, ...Array.from({ length: slots.otaCount }, (_, slot) => slot)];
}
