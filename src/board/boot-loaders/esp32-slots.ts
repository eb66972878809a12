import { AppSubtype, DataSubtype, type Partition, PartitionType } from "../../core/flash/partition-table.js";

/** A region of flash, bytes. */
export interface Region {
  readonly offset: number;
  readonly size: number;
}

/** What the boot loader keeps of the partition table (bootloader_state_t). */
export interface Esp32Slots {
  readonly otadata: Region | undefined;
  readonly factory: Region | undefined;
  readonly test: Region | undefined;
  /** By slot number; a gap in the numbering leaves a gap here. */
  readonly ota: readonly (Region | undefined)[];
  /** Number of ota rows, which is not the highest slot number where there are gaps. */
  readonly otaCount: number;
}

/** As bootloader_utility_load_partition_table sorts the rows: of two with the same meaning the later one counts. */
export function findSlots(partitions: readonly Partition[]): Esp32Slots {
  let otadata: Region | undefined;
  let factory: Region | undefined;
  let test: Region | undefined;
  const ota: (Region | undefined)[] = [];
  let otaCount = 0;
  for (const { type, subtype, offset, size } of partitions) {
    const region = { offset, size };
    if (type === PartitionType.App) {
      if (subtype === AppSubtype.Factory) factory = region;
      else if (subtype === AppSubtype.Test) test = region;
      else if (subtype >= AppSubtype.Ota0 && subtype <= AppSubtype.OtaLast) {
        ota[subtype - AppSubtype.Ota0] = region;
        otaCount++;
      }
    } else if (type === PartitionType.Data && subtype === DataSubtype.Ota) otadata = region;
  }
  return { otadata, factory, test, ota, otaCount };
}
