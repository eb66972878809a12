import { createHash } from "node:crypto";
import type { FlashView } from "./flash-view.js";

/** A partition as the boot loader keeps it (esp_partition_pos_t), bytes. */
export interface PartitionSpan {
  readonly offset: number;
  readonly size: number;
}

/** What the boot loader keeps of the partition table (bootloader_state_t). */
export interface Esp32Partitions {
  otadata: PartitionSpan | undefined;
  factory: PartitionSpan | undefined;
  test: PartitionSpan | undefined;
  /** By slot number; a gap in the numbering leaves a gap here. */
  readonly ota: (PartitionSpan | undefined)[];
  /** Number of ota rows, which is not the highest slot number where there are gaps. */
  otaCount: number;
}

export const tableOffset = 0x8000;
export const tableLength = 0xc00;
const rowLength = 32;
const rowMagic = 0x50aa;
const md5Magic = 0xebeb;

/**
 * Reads the table as ESP-IDF does: flash_partitions.c, esp_partition_table_verify, then bootloader_utility.c,
 * bootloader_utility_load_partition_table. Of two rows with the same meaning the later one counts.
 * @param flashSize bytes of the chip
 * @returns the partitions, or why the table is refused
 */
export function readPartitions(table: FlashView, flashSize: number): Esp32Partitions | string {
  const found: Esp32Partitions = {
    otadata: undefined,
    factory: undefined,
    test: undefined,
    ota: [],
    otaCount: 0,
  };
  let hashed = false;
  for (let at = 0; at < table.size; at += rowLength) {
    const row = table.read(at, rowLength);
    const magic = row.readUInt16LE(0);
    if (magic === 0xffff && row[2] === 0xff && row[3] === 0xff) return found;
    if (magic === rowMagic) {
      const span = { offset: row.readUInt32LE(4), size: row.readUInt32LE(8) };
      if (span.offset + span.size > flashSize)
        return `row ${at / rowLength} of the partition table ends beyond the flash`;
      keep(found, row[2], row[3], span);
    } else if (magic === md5Magic && !hashed) {
      hashed = true;
      const digest = createHash("md5").update(table.read(0, at)).digest();
      if (!digest.equals(row.subarray(16))) return "the partition table's MD5 does not match its rows";
    } else return `row ${at / rowLength} of the partition table is damaged`;
  }
  return "the partition table has no end";
}

function keep(found: Esp32Partitions, type: number, subtype: number, span: PartitionSpan): void {
  if (type === 1 && subtype === 0) found.otadata = span;
  if (type !== 0) return;
  if (subtype === 0) found.factory = span;
  else if (subtype === 0x20) found.test = span;
  else if ((subtype & 0xf0) === 0x10) {
    found.ota[subtype & 15] = span;
    found.otaCount++;
  }
}
