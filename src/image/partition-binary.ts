import { createHash } from "node:crypto";
import { type Partition, partitionRowLength, partitionTableLength } from "../core/flash/partition-table.js";

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
