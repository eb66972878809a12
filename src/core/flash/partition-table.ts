import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk, Crypto } from "../ports.js";
import { textField, u16, u32 } from "../read.js";
import { chunkHex, hexText } from "../text.js";

/** ESP32's partition table: 3 KB of rows of 32 bytes at 0x8000 (flash_partitions.c, gen_esp32part.py). */
export const partitionTableOffset = 0x8000;
export const partitionTableLength = 0xc00;
export const partitionRowLength = 32;

export const enum PartitionType {
  App = 0,
  Data = 1,
}

export const enum AppSubtype {
  Factory = 0,
  Ota0 = 0x10,
  /** ota_15 */
  OtaLast = 0x1f,
  Test = 0x20,
}

export const enum DataSubtype {
  Ota = 0,
  Phy = 1,
  Nvs = 2,
  Coredump = 3,
  NvsKeys = 4,
  Efuse = 5,
  Undefined = 6,
  Fat = 0x81,
  Spiffs = 0x82,
  LittleFs = 0x83,
}

export interface Partition {
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  /** Address in flash. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Bit 0: encrypted. */
  readonly flags: number;
}

export interface PartitionTable {
  readonly partitions: Partition[];
  /** What makes the boot loader refuse the table; the rows before it are in `partitions` all the same. */
  readonly fault: Fault | undefined;
}

const rowMagic = 0x50aa;
const md5Magic = 0xebeb;
const endMagic = 0xffff;

export function isPartitionTable(bytes: Bytes, head: Chunk): boolean {
  return head.length >= partitionRowLength && u16(bytes, head, 0) === rowMagic;
}

/**
 * Reads a table as the boot loader does (esp_partition_table_verify).
 * @param table the bytes at 0x8000, 3 KB or less
 * @param flashSize bytes of the chip; 0 when not known
 */
export function parsePartitionTable(
  bytes: Bytes,
  crypto: Crypto,
  table: Chunk,
  flashSize: number,
): PartitionTable {
  const partitions: Partition[] = [];
  const wrong = readRows(bytes, crypto, table, flashSize, partitions);
  return {
    partitions: partitions,
    fault: wrong === "" ? undefined : fault(FaultNumber.PartitionTable, wrong),
  };
}

/** @returns what makes the boot loader refuse the table, or "" */
function readRows(
  bytes: Bytes,
  crypto: Crypto,
  table: Chunk,
  flashSize: number,
  partitions: Partition[],
): string {
  let hashed = false;
  const end = Math.min(table.length, partitionTableLength);
  for (let at = 0; at + partitionRowLength <= end; at += partitionRowLength) {
    const magic = u16(bytes, table, at);
    if (magic === rowMagic) {
      const partition = parseRow(bytes, table, at);
      const last = partition.offset + partition.size;
      if (flashSize !== 0 && last > flashSize)
        return `partition "${partition.name}" ends at 0x${hexText(last, 8)}, beyond the flash`;
      partitions.push(partition);
    } else if (magic === md5Magic) {
      if (hashed) return "the partition table has two MD5 rows";
      hashed = true;
      if (!md5Fits(bytes, crypto, table, at)) return "the partition table's MD5 does not match its rows";
    } else if (magic === endMagic) {
      return isEnd(bytes, table, at) ? "" : "the partition table ends with a damaged row";
    } else {
      return `row ${at / partitionRowLength} of the partition table has no magic number`;
    }
  }
  return "the partition table has no end";
}

function isEnd(bytes: Bytes, table: Chunk, at: number): boolean {
  return bytes.at(table, at + 2) === 0xff && bytes.at(table, at + 3) === 0xff;
}

function parseRow(bytes: Bytes, table: Chunk, at: number): Partition {
  return {
    name: textField(bytes, table, at + 12, 16),
    type: bytes.at(table, at + 2),
    subtype: bytes.at(table, at + 3),
    offset: u32(bytes, table, at + 4),
    size: u32(bytes, table, at + 8),
    flags: u32(bytes, table, at + 28),
  };
}

/** The MD5 of all rows before stands in the last 16 bytes of its row. */
function md5Fits(bytes: Bytes, crypto: Crypto, table: Chunk, at: number): boolean {
  const digest = crypto.md5();
  digest.update(table.slice(0, at));
  return digest.hex() === chunkHex(bytes, table.slice(at + 16, at + 32));
}

/** The partition of this type and subtype, or undefined. */
export function findPartition(partitions: Partition[], type: number, subtype: number): Partition | undefined {
  for (let i = 0; i < partitions.length; i++)
    if (partitions[i].type === type && partitions[i].subtype === subtype) return partitions[i];
  return undefined;
}

/** ota_0, ota_1, … in order. The boot loader counts them, so they have to be without gaps from ota_0 on. */
export function otaPartitions(partitions: Partition[]): Partition[] {
  const slots: Partition[] = [];
  for (let subtype = AppSubtype.Ota0; subtype <= AppSubtype.OtaLast; subtype++) {
    const slot = findPartition(partitions, PartitionType.App, subtype);
    if (slot === undefined) break;
    slots.push(slot);
  }
  return slots;
}
