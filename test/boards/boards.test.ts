import { describe, expect, test } from "vitest";
import { type Board, boards, findBoard } from "../../boards/index.js";
import { largestEqualSketch } from "../../src/core/flash/eboot.js";
import { storeLayout } from "../../src/core/update/store.js";
import { appPartitions, requireBoard } from "../../src/image/board-target.js";
import { boardPartitions } from "../../src/image/partition-tables.js";
import { boardRegions } from "../../src/image/regions.js";

function board(id: string): Board {
  const found = findBoard(id);
  if (found === undefined) throw new Error(`no board ${id}`);
  return found;
}

test("ids are unique and found", () => {
  expect(new Set(boards.map(({ id }) => id)).size).toBe(boards.length);
  for (const one of boards) expect(findBoard(one.id)).toBe(one);
  expect(findBoard("toaster")).toBeUndefined();
  expect(() => requireBoard("toaster")).toThrow(/^there is no board "toaster"$/);
});

test.each([
  ["esp32", "esp32-devkit"],
  ["esp32devkit", "esp32-devkit"],
  ["ESP32-C3", "esp32c3-devkit"],
  ["4m2m", "arduino-esp8266-4m2m"],
  ["esp32-devicescrpt", "esp32-devicescript"],
])("%s: the error suggests %s", (id, nearest) => {
  expect(() => requireBoard(id)).toThrow(`there is no board "${id}"; did you mean ${nearest}?`);
});

test.each(["esp8266-4mb", "esp8266-1mb"])("%s is none of them, and the error says why", (id) => {
  expect(findBoard(id)).toBeUndefined();
  expect(() => requireBoard(id)).toThrow(
    expect.objectContaining({ code: "UNKNOWN_BOARD", message: expect.stringMatching(/too little memory/) }),
  );
});

describe.each(boards.map((one) => [one.id, one] as const))("%s", (_, one) => {
  test("has regions that cover its flash without gap or overlap", () => {
    let end = 0;
    for (const region of boardRegions(one)) {
      expect(region.start).toBe(end);
      expect(region.size).toBeGreaterThan(0);
      end += region.size;
    }
    expect(end).toBe(one.flashSize);
  });

  test("says honestly what a power cut does", () => {
    expect(["safe", "not-power-safe"]).toContain(one.layout.powerSafety);
    expect(one.layout.powerReason.length).toBeGreaterThan(20);
  });

  test("has a Storage that Sluice's slots fit into", () => {
    const port = one.espruino;
    if (port === undefined) return;
    const { blocks } = storeLayout(one.blockLength, port.store.agentBlocks, port.store.appBlocks);
    expect(blocks * one.blockLength).toBeLessThanOrEqual(port.storage.size);
  });
});

describe("ESP32 tables", () => {
  const tables = boards.filter(({ layout }) => layout.kind === "esp32");

  test.each(tables.filter(({ espruino }) => espruino).map((one) => [one.id, one] as const))(
    "%s keeps Storage where Espruino expects it",
    (_, one) => {
      const storage = boardPartitions(one).find(({ name }) => name === "storage");
      expect(storage).toMatchObject({
        offset: one.espruino?.storage.offset,
        size: one.espruino?.storage.size,
      });
    },
  );

  // second slot, size of both, whether Espruino's own build goes there
  test.each<[string, number, number, boolean]>([
    ["esp32-devkit", 0x190000, 1536 * 1024, true],
    ["esp32-idf5-ota", 0x190000, 1536 * 1024, true],
    ["esp32c3-ota", 0x190000, 1536 * 1024, false],
    ["esp32c3-8mb-ota", 0x400000, 3072 * 1024, true],
    ["esp32s3-ota", 0x400000, 3072 * 1024, true],
  ])("%s has two slots and otadata", (id, second, size, fits) => {
    expect(appPartitions(board(id)).map((slot) => [slot.name, slot.offset, slot.size])).toEqual([
      ["factory", 0x10000, size],
      ["ota_0", second, size],
    ]);
    expect(boardPartitions(board(id)).find(({ name }) => name === "otadata")).toMatchObject({
      offset: 0xc000,
      size: 0x2000,
    });
    expect(board(id).layout.refusal).toBeUndefined();
    expect((board(id).espruino?.firmwareSize ?? 0) <= size).toBe(fits);
  });

  test.each(["esp32-idf5", "esp32c3-devkit", "esp32s3-devkit"])(
    "%s, stock, has one slot of 2,000 KB, which holds Espruino's build, and names the board with two",
    (id) => {
      expect(appPartitions(board(id)).map(({ name, size }) => [name, size])).toEqual([
        ["factory", 2000 * 1024],
      ]);
      expect(board(id).espruino?.firmwareSize).toBeLessThan(2000 * 1024);
      const { refusal } = board(id).layout;
      expect(refusal).toContain("no room for old and new");
      const instead = boards.find((one) => refusal?.includes(` ${one.id} `));
      expect(instead?.layout.refusal).toBeUndefined();
      expect(instead?.espruino).toEqual(board(id).espruino);
    },
  );
});

describe("DeviceScript's boards", () => {
  const programmed = boards.filter(({ devicescript }) => devicescript !== undefined);

  test("are one for each chip that it has firmware for, and the ESP8266 is none of them", () => {
    expect(programmed.map(({ chip }) => chip)).toEqual(["esp32", "esp32s2", "esp32s3", "esp32c3"]);
    for (const one of programmed) expect(one.espruino).toBeUndefined();
  });

  test.each(programmed.map((one) => [one.id, one] as const))(
    "%s has room for a program in fstor",
    (_, one) => {
      const store = boardPartitions(one).find(({ name }) => name === "fstor");
      expect(store?.size).toBeGreaterThan(one.devicescript?.programRoom ?? 0);
      expect(appPartitions(one).map(({ name }) => name)).toEqual(["factory"]);
    },
  );

  test.each(programmed.map((one) => [one.id, one] as const))(
    "%s lets no pin of flash, USB or start be a safe pin",
    (_, { chip, devicescript }) => {
      const taken: Readonly<Record<string, number[]>> = {
        esp32: [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 34, 35, 36, 39],
        esp32s2: [0, 19, 20, 26, 27, 28, 29, 30, 31, 32, 45, 46],
        esp32s3: [0, 19, 20, 26, 27, 28, 29, 30, 31, 32, 35, 36, 37, 45, 46],
        esp32c3: [2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19],
      };
      expect(devicescript?.outputPins.filter((pin) => taken[chip].includes(pin))).toEqual([]);
    },
  );
});

describe("Arduino's layouts", () => {
  // offset, filesystem bytes, largest sketch that one of its size can replace
  const rows: [string, number, number, number][] = [
    ["512k", 503808, 0, 249856],
    ["512k32", 471040, 32768, 233472],
    ["512k64", 438272, 65536, 217088],
    ["512k128", 372736, 131072, 184320],
    ["1m", 1028096, 0, 512000],
    ["1m64", 962560, 65536, 479232],
    ["1m128", 897024, 131072, 446464],
    ["1m144", 880640, 147456, 438272],
    ["1m160", 864256, 163840, 430080],
    ["1m192", 831488, 196608, 413696],
    ["1m256", 765952, 262144, 380928],
    ["1m512", 503808, 524288, 249856],
    ["2m", 2076672, 0, 1036288],
    ["2m64", 2031616, 45056, 1015808],
    ["2m128", 1966080, 110592, 983040],
    ["2m256", 1835008, 241664, 917504],
    ["2m512", 1572864, 499712, 786432],
    ["2m1m", 1048576, 1024000, 524288],
    ["4m", 4173824, 0, 2084864],
    ["4m1m", 3145728, 1024000, 1572864],
    ["4m2m", 2097152, 2072576, 1048576],
    ["4m3m", 1048576, 3121152, 524288],
    ["8m6m", 2097152, 6266880, 1048576],
    ["8m7m", 1048576, 7315456, 524288],
    ["16m14m", 2097152, 14655488, 1048576],
    ["16m15m", 1048576, 15704064, 524288],
  ];

  test("are all there", () => {
    expect(boards.filter(({ layout }) => layout.kind === "eboot")).toHaveLength(rows.length);
  });

  test.each(rows)("%s has the linker script's numbers", (name, area, filesystem, largest) => {
    const { layout, flashSize } = board(`arduino-esp8266-${name}`);
    expect(layout).toMatchObject({ kind: "eboot", area, filesystem, eeprom: flashSize - 0x5000 });
    expect(largestEqualSketch(area)).toBe(largest);
    if (layout.kind !== "eboot" || filesystem === 0) return;
    expect(layout.filesystemPage).toBe(256);
    const isLarge = ["1m512", "2m512", "2m1m"].includes(name) || /^(4|8|16)m/.test(name);
    expect(layout.filesystemBlock).toBe(isLarge ? 0x2000 : 0x1000);
  });

  test("of 512 KB are refused: not enough room for old and new", () => {
    for (const one of boards.filter(({ flashSize }) => flashSize === 0x80000))
      expect(one.layout.refusal).toContain("not enough room for old and new");
  });

  test("are not called power-safe", () => {
    for (const one of boards.filter(({ layout }) => layout.kind === "eboot"))
      expect(one.layout.powerSafety).toBe("not-power-safe");
  });
});
