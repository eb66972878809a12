import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boards } from "../../../boards/index.js";
import {
  findPartition,
  isPartitionTable,
  otaPartitions,
  type Partition,
  type PartitionTable,
  parsePartitionTable,
} from "../../../src/core/flash/partition-table.js";
import { boardPartitions, encodePartitionTable } from "../../../src/image/partition-tables.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";

function parse(table: Uint8Array, flashSize = 0): PartitionTable {
  return parsePartitionTable(nodeBytes, nodeCrypto, table, flashSize);
}

const partition: fc.Arbitrary<Partition> = fc.record({
  name: fc.stringMatching(/^[a-z0-9_]{1,16}$/),
  type: fc.nat(254),
  subtype: fc.nat(254),
  offset: fc.nat(0xffff).map((sector) => sector * 4096),
  size: fc.nat(0xfff).map((sectors) => sectors * 4096),
  flags: fc.nat(3),
});

test("every table survives being encoded and parsed", () => {
  fc.assert(
    fc.property(fc.array(partition, { minLength: 1, maxLength: 90 }), (partitions) => {
      const table = encodePartitionTable(partitions);
      expect(table.length).toBe(0xc00);
      expect(isPartitionTable(nodeBytes, table)).toBe(true);
      expect(parse(table)).toEqual({ partitions, fault: undefined });
    }),
  );
});

test("every table of the boards does, too, and ends inside its flash", () => {
  const tables = boards.filter(({ layout }) => layout.kind === "esp32");
  expect(tables.length).toBeGreaterThan(4);
  for (const board of tables) {
    const partitions = boardPartitions(board);
    expect(parse(encodePartitionTable(partitions), board.flashSize)).toMatchObject({
      partitions,
      fault: undefined,
    });
  }
});

describe("a damaged table", () => {
  const [board] = boards;
  const table = encodePartitionTable(board === undefined ? [] : boardPartitions(board));
  const used = 32 * 9;

  test("is refused wherever a byte of it is flipped", () => {
    for (let at = 0; at < used - 32; at++) {
      const damaged = Uint8Array.from(table);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      // The label of the MD5 row (bytes 2..15) is padding that is never read.
      const isPadding = at >= used - 62 && at < used - 48;
      if (!isPadding) expect(parse(damaged).fault?.code).toBe("BAD_PARTITION_TABLE");
    }
  });

  test("is refused when it is cut short or empty", () => {
    for (let length = 0; length < used; length += 8)
      expect(parse(table.subarray(0, length)).fault?.code).toBe("BAD_PARTITION_TABLE");
    expect(parse(new Uint8Array(0xc00)).fault?.code).toBe("BAD_PARTITION_TABLE");
  });

  test("is refused when its last row is not blank where the boot loader looks", () => {
    for (const offset of [2, 3]) {
      const damaged = Uint8Array.from(table);
      damaged[used - 32 + offset] = 0xfe;
      expect(parse(damaged).fault?.text).toBe("the partition table ends with a damaged row");
    }
  });

  test("is refused when a partition ends beyond the flash", () => {
    expect(parse(table, 0x200000).fault?.text).toContain("beyond the flash");
    const last = { name: "last", type: 1, subtype: 2, offset: 0x1f0000, size: 0x10000, flags: 0 };
    const one = encodePartitionTable([last]);
    expect(parse(one, 0x200000).fault).toBeUndefined();
    expect(parse(one, 0x1fffff).fault?.text).toBe('partition "last" ends at 0x00200000, beyond the flash');
  });

  test("is refused when it has two MD5 rows, taken when it has none", () => {
    const twice = Uint8Array.from(table);
    twice.set(table.subarray(used - 64, used - 32), used - 32);
    expect(parse(twice).fault?.text).toContain("two MD5 rows");
    const bare = Uint8Array.from(table).fill(0xff, used - 64);
    expect(parse(bare)).toMatchObject({ fault: undefined });
  });

  test("never makes the parser throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { fault } = parse(bytes, 0x400000);
        expect(fault === undefined || fault.code === "BAD_PARTITION_TABLE").toBe(true);
      }),
    );
  });
});

test("ota slots count from ota_0 without gaps, as the boot loader counts them", () => {
  const slot = (subtype: number): Partition => ({
    name: `app${subtype}`,
    type: 0,
    subtype,
    offset: 0,
    size: 0x10000,
    flags: 0,
  });
  const names = (subtypes: number[]) => otaPartitions(subtypes.map(slot)).map(({ name }) => name);
  expect(names([0, 0x11, 0x10])).toEqual(["app16", "app17"]);
  expect(names([0x10, 0x12])).toEqual(["app16"]);
  expect(names([0, 0x11])).toEqual([]);
  expect(findPartition([slot(0)], 0, 0x10)).toBeUndefined();
});
