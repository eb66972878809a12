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

/** An otadata entry that the boot loader writes: it erases the sector, then writes the entry. */
export interface OtaWrite {
  /** 0 or 1. */
  readonly sector: number;
  readonly sequence: number;
  readonly state: number;
}

export interface OtaSelection {
  /** Slots in the order in which they are tried until one holds an image that verifies. */
  readonly order: number[];
  /** What is written before the first is tried. */
  readonly writes: OtaWrite[];
  /** True when no entry was ever written and there is no factory: if an ota slot starts, entry 0 is written for it. */
  readonly initial: boolean;
}

/** What the boot loader finds: its build, and the table. */
export interface BootFacts {
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  readonly rollback: boolean;
  /** Number of ota partitions. */
  readonly otaSlots: number;
  readonly hasFactory: boolean;
}

/**
 * Which slot ESP-IDF's second-stage boot loader starts (bootloader_utility_get_selected_boot_partition,
 * bootloader_utility_load_boot_image; v4.4):
 *
 *     1. rollback: every entry PENDING_VERIFY (its CRC is not looked at) becomes ABORTED
 *     2. no ota slots, or both entries invalid        factory; without one ota_0
 *     3. an entry is active                           ota_((sequence - 1) % slots); rollback: NEW becomes PENDING_VERIFY
 *     4. entries that are not invalid, but CRCs wrong  all slots, from factory on
 *
 * and when the chosen slot's image does not verify: the slots below it down to factory, then those above it.
 */
export function selectOtaSlot(
  bytes: Bytes,
  checksum: Checksum,
  given: OtaEntry[],
  facts: BootFacts,
): OtaSelection {
  const writes: OtaWrite[] = [];
  const entries: OtaEntry[] = [];
  for (let i = 0; i < 2; i++) {
    const entry = given[i];
    if (facts.rollback && entry.state === OtaState.PendingVerify) {
      entries.push({ sequence: entry.sequence, state: OtaState.Aborted, crc: entry.crc });
      writes.push({ sector: i, sequence: entry.sequence, state: OtaState.Aborted });
    } else entries.push(entry);
  }
  if (facts.otaSlots === 0 || (isOtaInvalid(entries[0]) && isOtaInvalid(entries[1])))
    return {
      order: tryOrder(facts.hasFactory ? factorySlot : 0, facts),
      writes: writes,
      initial:
        !facts.hasFactory &&
        isUnwritten(bytes, checksum, entries[0]) &&
        isUnwritten(bytes, checksum, entries[1]),
    };
  const active = activeOtaEntry(bytes, checksum, entries);
  if (active < 0) return { order: tryOrder(factorySlot, facts), writes: writes, initial: false };
  const chosen = entries[active];
  if (facts.rollback && chosen.state === OtaState.New)
    writes.push({ sector: active, sequence: chosen.sequence, state: OtaState.PendingVerify });
  return { order: tryOrder(slotOf(chosen.sequence, facts.otaSlots), facts), writes: writes, initial: false };
}

function isUnwritten(bytes: Bytes, checksum: Checksum, entry: OtaEntry): boolean {
  return entry.sequence === 0xffffffff || entry.crc !== otaCrc(bytes, checksum, entry.sequence);
}

/** Sequence numbers start at 1. A number of 0 wraps, as it does in the boot loader's unsigned arithmetic. */
export function slotOf(sequence: number, slots: number): number {
  return ((sequence - 1) >>> 0) % slots;
}

function tryOrder(start: number, facts: BootFacts): number[] {
  const order: number[] = [];
  for (let slot = Math.min(start, facts.otaSlots - 1); slot >= 0; slot--) order.push(slot);
  if (facts.hasFactory) order.push(factorySlot);
  for (let slot = start + 1; slot < facts.otaSlots; slot++) order.push(slot);
  return order;
}

/**
 * What makes `slot` the next to start: the entry that is not active gets the smallest sequence number above the active
 * one that means this slot. (esp_ota_set_boot_partition also takes an equal one; with a single ota slot the two entries
 * then tie and the old one counts.)
 * @param rollback whether the boot loader knows trials: then the entry starts as NEW
 */
export function nextOtaWrite(
  bytes: Bytes,
  checksum: Checksum,
  entries: OtaEntry[],
  slot: number,
  slots: number,
  rollback: boolean,
): OtaWrite {
  const state = rollback ? OtaState.New : OtaState.Undefined;
  const active = activeOtaEntry(bytes, checksum, entries);
  if (active < 0) return { sector: 0, sequence: slot + 1, state: state };
  const current = entries[active].sequence;
  let sequence = (slot + 1) % slots;
  while (sequence <= current) sequence += slots;
  return { sector: 1 - active, sequence: sequence, state: state };
}
