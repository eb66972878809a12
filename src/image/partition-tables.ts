import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { type Partition, partitionRowLength, partitionTableLength } from "../core/flash/partition-table.js";
import { SluiceError } from "../errors/sluice-error.js";
import { packageRoot } from "../node/package-root.js";
import { compilePartitionCsv } from "./partition-csv.js";

const compiled = new Map<string, Partition[]>();

/**
 * The partitions of an ESP32-family board, from the CSV its layout names; none for other boards.
 * @throws SluiceError FILE_NOT_READABLE, BAD_PARTITION_CSV
 */
export function boardPartitions(board: Board): Partition[] {
  if (board.layout.kind !== "esp32") return [];
  const key = `${board.layout.table} ${board.flashSize}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const partitions = compilePartitionCsv(readTable(board.layout.table), board.flashSize);
  compiled.set(key, partitions);
  return partitions;
}

function readTable(name: string): string {
  const path = join(packageRoot(), "boards/partitions", `${name}.csv`);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read the partition table ${path}`, { cause: error });
  }
}

/** The 3 KB that go to 0x8000: rows, the MD5 row, blank to the end. */
export function encodePartitionTable(partitions: readonly Partition[]): Uint8Array {
  const rows = Buffer.concat(partitions.map(encodeRow));
  const hash = Buffer.concat([
    Buffer.from([0xeb, 0xeb]),
    Buffer.alloc(14, 0xff),
    createHash("md5").update(rows).digest(),
  ]);
  const table = new Uint8Array(partitionTableLength).fill(0xff);
  table.set(rows, 0);
  table.set(hash, rows.length);
  return table;
}

function encodeRow(partition: Partition): Buffer {
  const row = Buffer.alloc(partitionRowLength);
  row.writeUInt16LE(0x50aa, 0);
  row.writeUInt8(partition.type, 2);
  row.writeUInt8(partition.subtype, 3);
  row.writeUInt32LE(partition.offset, 4);
  row.writeUInt32LE(partition.size, 8);
  row.write(partition.name, 12, 16);
  row.writeUInt32LE(partition.flags, 28);
  return row;
}
