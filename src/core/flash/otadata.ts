import type { Bytes, Checksum, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";

/**
 * otadata: two sectors with one entry of 32 bytes each (esp_flash_partitions.h, esp_ota_select_entry_t):
 * u32 sequence, 20 bytes of label that nothing uses, u32 state, u32 CRC of the sequence alone.
 */
export const otaEntryLength = 32;
export const otaSectorLength = 4096;

export const enum OtaState {
  New = 0,
  PendingVerify = 1,
  Valid = 2,
  Invalid = 3,
  Aborted = 4,
  Undefined = 0xffffffff,
}

const noSequence = 0xffffffff;

export interface OtaEntry {
  readonly sequence: number;
  readonly state: number;
  readonly crc: number;
}

/**
 * CRC of a sequence number: zlib's over its four bytes but with a register that starts at 0. That is the same as zlib's
 * CRC of the complement, which every runtime has.
 */
export function otaCrc(bytes: Bytes, checksum: Checksum, sequence: number): number {
  return checksum.crc32(bytes.fromText(u32Text(~sequence)));
}

export function parseOtaEntry(bytes: Bytes, entry: Chunk): OtaEntry {
  return { sequence: u32(bytes, entry, 0), state: u32(bytes, entry, 24), crc: u32(bytes, entry, 28) };
}

/** The 32 bytes of an entry with its CRC. */
export function makeOtaEntry(bytes: Bytes, checksum: Checksum, sequence: number, state: number): Chunk {
  let text = u32Text(sequence);
  for (let i = 0; i < 5; i++) text += u32Text(0xffffffff);
  return bytes.fromText(text + u32Text(state) + u32Text(otaCrc(bytes, checksum, sequence)));
}

/** bootloader_common_ota_select_invalid: an entry that is blank or given up, whatever its CRC. */
export function isOtaInvalid(entry: OtaEntry): boolean {
  return (
    entry.sequence === noSequence || entry.state === OtaState.Invalid || entry.state === OtaState.Aborted
  );
}

/** bootloader_common_ota_select_valid. */
function isOtaValid(bytes: Bytes, checksum: Checksum, entry: OtaEntry): boolean {
  return !isOtaInvalid(entry) && entry.crc === otaCrc(bytes, checksum, entry.sequence);
}

/** Index of the entry that counts: the valid one, of two the one with the higher sequence, then the first; -1: none. */
export function activeOtaEntry(bytes: Bytes, checksum: Checksum, entries: OtaEntry[]): number {
  const first = isOtaValid(bytes, checksum, entries[0]);
  const second = isOtaValid(bytes, checksum, entries[1]);
  if (first && second) return entries[1].sequence > entries[0].sequence ? 1 : 0;
  if (first) return 0;
  return second ? 1 : -1;
}

/** Slot numbers of the boot loader: 0.. are ota_0.., and before them: */
export const factorySlot = -1;

/**
 * The slots in the order in which ESP-IDF's second-stage boot loader tries them until one holds an image that verifies
 * (bootloader_utility_get_selected_boot_partition, bootloader_utility_load_boot_image; v4.4), built without rollback:
 *
 *     no ota slots, or both entries invalid          factory; without one ota_0
 *     an entry is active                             ota_((sequence - 1) % slots)
 *     entries that are not invalid, but CRCs wrong   factory
 *
 * and when the image there does not verify: the slots below it down to factory, then those above it.
 * @param slots number of ota partitions
 */
export function otaBootOrder(
  bytes: Bytes,
  checksum: Checksum,
  entries: OtaEntry[],
  slots: number,
  hasFactory: boolean,
): number[] {
  let start = factorySlot;
  if (slots === 0 || (isOtaInvalid(entries[0]) && isOtaInvalid(entries[1]))) {
    if (!hasFactory) start = 0;
  } else {
    const active = activeOtaEntry(bytes, checksum, entries);
    // Sequence numbers start at 1. A number of 0 wraps, as it does in the boot loader's unsigned arithmetic.
    if (active >= 0) start = ((entries[active].sequence - 1) >>> 0) % slots;
  }
  const order: number[] = [];
  for (let slot = Math.min(start, slots - 1); slot >= 0; slot--) order.push(slot);
  if (hasFactory) order.push(factorySlot);
  for (let slot = start + 1; slot < slots; slot++) order.push(slot);
  return order;
}

/**
 * What makes `slot` the next to start: the entry that is not active gets the smallest sequence number above the active
 * one that means this slot. (esp_ota_set_boot_partition also takes an equal one; with a single ota slot the two entries
 * then tie and the old one counts.)
 * @throws Error when there is no such number: a larger one would be read as a blank entry
 * @returns the sector whose entry is replaced, 0 or 1, and the new sequence number
 */
export function nextOtaWrite(
  bytes: Bytes,
  checksum: Checksum,
  entries: OtaEntry[],
  slot: number,
  slots: number,
): { readonly sector: number; readonly sequence: number } {
  const active = activeOtaEntry(bytes, checksum, entries);
  if (active < 0) return { sector: 0, sequence: slot + 1 };
  const current = entries[active].sequence;
  const first = (slot + 1) % slots;
  const rounds = current < first ? 0 : Math.floor((current - first) / slots) + 1;
  const sequence = first + rounds * slots;
  if (sequence >= noSequence) throw new Error("otadata's sequence numbers are used up");
  return { sector: 1 - active, sequence: sequence };
}
