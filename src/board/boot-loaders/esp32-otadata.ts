import { crc32 } from "node:zlib";
import type { NorFlash } from "../nor-flash.js";
import type { Esp32Partitions } from "./esp32-partitions.js";
import { readChip } from "./flash-view.js";

/** FACTORY_INDEX of bootloader_config.h; ota_0 and the slots above it count from 0. */
const factoryIndex = -1;

/** What otadata holds. */
export interface OtaStart {
  /** Slot that is tried first. */
  readonly index: number;
  /** Whether starting an ota slot writes the first entry (ota_has_initial_contents). */
  readonly initial: boolean;
}

/** esp_ota_img_states_t, esp_flash_partitions.h: those that a boot loader without rollback looks at, or writes. */
const State = { Valid: 2, Invalid: 3, Aborted: 4 } as const;
const blank = 0xffffffff;
const entryLength = 32;
const sectorLength = 4096;

/** esp_ota_select_entry_t: u32 sequence, 20 bytes of label, u32 state, u32 CRC of the sequence alone. */
function readEntry(flash: NorFlash, offset: number) {
  const raw = readChip(flash, offset, entryLength);
  const sequence = raw.readUInt32LE(0);
  const state = raw.readUInt32LE(24);
  // bootloader_common_ota_select_crc: the register starts at 0.
  const crcFits = raw.readUInt32LE(28) === crc32(raw.subarray(0, 4), 0xffffffff);
  // bootloader_common_ota_select_invalid
  const invalid = sequence === blank || state === State.Invalid || state === State.Aborted;
  return { sequence, crcFits, invalid };
}

/**
 * bootloader_utility_get_selected_boot_partition, built without CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE as the boot
 * loaders of our boards are: reads otadata and chooses where to begin. Nothing is written.
 * @returns undefined when the otadata partition is too small to be used
 */
export function startByOtadata(flash: NorFlash, partitions: Esp32Partitions): OtaStart | undefined {
  const { otadata, factory, otaCount } = partitions;
  const toFactory = { index: factoryIndex, initial: false };
  if (otadata === undefined || otadata.offset === 0) return toFactory;
  if (otadata.size < 2 * sectorLength) return undefined;
  const entries = [0, 1].map((sector) => readEntry(flash, otadata.offset + sector * sectorLength));
  if (otaCount === 0 || entries.every(({ invalid }) => invalid)) {
    if ((factory?.offset ?? 0) !== 0) return toFactory;
    return { index: 0, initial: entries.every(({ sequence, crcFits }) => sequence === blank || !crcFits) };
  }
  // bootloader_common_select_otadata: the valid entry, of two the one with the higher sequence, then the first.
  const [first, second] = entries.filter(({ invalid, crcFits }) => !invalid && crcFits);
  // Entries that are not invalid, but with wrong CRCs.
  if (first === undefined) return toFactory;
  const { sequence } = second !== undefined && second.sequence > first.sequence ? second : first;
  // A sequence of 0 wraps, as it does in the original's unsigned arithmetic.
  return { index: ((sequence - 1) >>> 0) % otaCount, initial: false };
}

/**
 * Writes the first entry for a slot that started without one (set_actual_ota_seq). It erases a whole sector for 32
 * bytes: between the two the entry is lost (write_otadata).
 */
export function writeFirstEntry(flash: NorFlash, partitions: Esp32Partitions, slot: number): void {
  if (partitions.otadata === undefined) return;
  const raw = Buffer.alloc(entryLength, 0xff);
  raw.writeUInt32LE(slot + 1, 0);
  raw.writeUInt32LE(State.Valid, 24);
  raw.writeUInt32LE(crc32(raw.subarray(0, 4), 0xffffffff), 28);
  flash.eraseBlockAt(partitions.otadata.offset);
  flash.program(partitions.otadata.offset, raw);
}
