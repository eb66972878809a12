import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SluiceError } from "../../src/errors/sluice-error.js";
import { compilePartitionCsv } from "../../src/image/partition-csv.js";

function refusal(csv: string, flashSize = 0x400000): string {
  try {
    compilePartitionCsv(csv, flashSize);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    expect(error.code).toBe("BAD_PARTITION_CSV");
    expect(error.remedy).not.toBe("");
    return error.message;
  }
  throw new Error("the table was taken");
}

test("empty offsets go behind the row before, app partitions to the next 64 KB", () => {
  const csv = `
# a comment
nvs,      data, nvs,     ,  0x6000
phy_init, data, phy,     ,  4K,     # and another
factory,  app,  factory, ,  1M, encrypted
data,     data, 0x99,    ,  64k
end,      data, fat,     ,  -0x300000
`;
  expect(compilePartitionCsv(csv, 0x400000)).toEqual([
    { name: "nvs", type: 1, subtype: 2, offset: 0x9000, size: 0x6000, flags: 0 },
    { name: "phy_init", type: 1, subtype: 1, offset: 0xf000, size: 0x1000, flags: 0 },
    { name: "factory", type: 0, subtype: 0, offset: 0x10000, size: 0x100000, flags: 1 },
    { name: "data", type: 1, subtype: 0x99, offset: 0x110000, size: 0x10000, flags: 0 },
    { name: "end", type: 1, subtype: 0x81, offset: 0x120000, size: 0x1e0000, flags: 0 },
  ]);
});

describe("a table is refused", () => {
  const good = "factory, app, factory, 0x10000, 1M\n";
  const cases: [string, string, string][] = [
    ["when it is empty", "# nothing\n", "no partition"],
    ["when a row has too few fields", "nvs, data, nvs", "line 1"],
    ["when a name is missing", ", data, nvs, 0x9000, 4K", "name is missing"],
    ["when a name is too long", "seventeen_letters, data, nvs, 0x9000, 4K", "16 bytes"],
    ["when a name is used twice", `a, data, nvs, , 4K\na, data, phy, , 4K\n`, "twice"],
    ["when a type is not known", "a, banana, nvs, , 4K", '"banana"'],
    ["when a subtype is not known", "a, data, factory, , 4K", '"factory"'],
    ["when a number is too large for a byte", "a, 300, 1, , 4K", "254"],
    ["when an app has no subtype", "a, app, , , 64K", "needs a subtype"],
    ["when the offset is no number", "a, data, nvs, here, 4K", '"here"'],
    ["when the size is missing", "a, data, nvs, 0x9000,", "size is missing"],
    ["when the size is zero", "a, data, nvs, 0x9000, 0", "0 bytes"],
    ["when a negative size ends before the start", "a, data, nvs, 0x9000, -0x8000", "-4096 bytes"],
    ["when a number does not fit into 32 bits", "a, data, nvs, 0x9000, 5000M", "32 bits"],
    ["when partitions overlap", `${good}b, data, fat, 0x100000, 4K`, "0x110000"],
    ["when a partition covers the table itself", "a, data, nvs, 0x8000, 4K", "0x9000"],
    ["when an app is not on 64 KB", "a, app, factory, 0x11000, 64K", "0x10000"],
    ["when data is not on 4 KB", "a, data, nvs, 0x9004, 4K", "0x1000"],
    ["when an app's size is no whole sectors", "a, app, factory, 0x10000, 70001", "multiple"],
    ["when it ends beyond the flash", "a, app, factory, 0x10000, 4M", "the flash at 0x400000"],
    ["when otadata has another size", "o, data, ota, 0x9000, 4K", "0x2000"],
    ["when there are two otadata", "o, data, ota, , 8K\np, data, ota, , 8K", "more than one otadata"],
    ["when a flag is not known", `${good.trim()}, shiny`, '"shiny"'],
  ];
  test.each(cases)("%s", (_, csv, reason) => {
    expect(refusal(csv)).toContain(reason);
  });

  test("when it has more rows than the table has room for", () => {
    const rows = Array.from({ length: 96 }, (_, index) => `p${index}, data, nvs, , 4K`).join("\n");
    expect(refusal(rows)).toContain("94 partitions");
  });

  test("with an error of its own whatever it holds", () => {
    const field = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("app", "data", "nvs", "ota_0", "0x10000", "4K", "-1", ""),
    );
    const csv = fc.array(
      fc.array(field, { maxLength: 7 }).map((fields) => fields.join(",")),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(csv, (lines) => {
        try {
          const partitions = compilePartitionCsv(lines.join("\n"), 0x400000);
          for (const { offset, size } of partitions) expect(offset + size).toBeLessThanOrEqual(0x400000);
        } catch (error) {
          if (!(error instanceof SluiceError)) throw error;
        }
      }),
    );
  });
});
