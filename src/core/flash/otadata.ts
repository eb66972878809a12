import type { Bytes, Checksum, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";

/**
 * otadata: two sectors with one entry of 32 bytes each (esp_flash_partitions.h, esp_ota_select_entry_t):
 * u32 sequence, 20 bytes of label that nobody uses, u32 state, u32 CRC of the sequence alone.
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
export function isOtaValid(bytes: Bytes, checksum: Checksum, entry: OtaEntry): boolean {
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
