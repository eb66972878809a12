import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../../src/errors/sluice-error.js";
import { findFirmware } from "../../../src/host/flash/firmware-package.js";
import { flashPlan, type PlanOptions, planJob } from "../../../src/host/flash/plan.js";
import { boardTarget } from "../../../src/image/board-target.js";
import { judgeBytes } from "../../../src/image/judge-file.js";
import {
  esp32BootLoader,
  espruinoC3,
  espruinoEsp32,
  type PackageFiles,
} from "../../support/espruino-package.js";
import { buildEsp32, esp32OfSize, filler } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";

const firmwareOf = (board: Board, files: PackageFiles) => findFirmware(board, new Map(Object.entries(files)));
const storageFor = (board: Board) => filler(board.espruino?.storage.size ?? 0);

/** Address, length and first word of what, of each part. */
function rows(board: Board, options: PlanOptions): [string, number, string][] {
  return flashPlan(board, options).parts.map(({ address, bytes, what }) => [
    `0x${address.toString(16)}`,
    bytes.length,
    what.split(/[:,]/)[0],
  ]);
}

function errorOf(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  return { code: "none", message: "" };
}

const codeOf = (call: () => unknown): string => errorOf(call).code;

describe("what goes where", () => {
  test("ESP32, stock: the boot loader comes last", () => {
    const board = boardNamed("esp32-devkit");
    const firmware = firmwareOf(board, espruinoEsp32());
    expect(rows(board, { firmware, storage: storageFor(board) })).toEqual([
      ["0x8000", 0xc00, "partition table"],
      ["0x9000", 0x3000, "NVS"],
      ["0xc000", 0x2000, "otadata"],
      ["0x10000", (firmware.app.length + 3) & ~3, "Espruino firmware"],
      ["0x320000", 0xe0000, "Storage"],
      ["0x1000", (firmware.bootLoader.length + 3) & ~3, "boot loader"],
    ]);
  });

  test("C3 with our table, and with Espruino's", () => {
    const firmware = firmwareOf(boardNamed("esp32c3-ota"), espruinoC3());
    const ours = rows(boardNamed("esp32c3-ota"), { firmware }).map(
      ([address, , what]) => `${address} ${what}`,
    );
    expect(ours).toEqual([
      "0x8000 partition table of Sluice",
      "0x9000 NVS",
      "0xc000 otadata",
      "0xe000 phy_init",
      "0x10000 Espruino firmware",
      "0x0 boot loader",
    ]);
    const stock = rows(boardNamed("esp32c3-devkit"), { firmware }).map(([address]) => address);
    expect(stock).toEqual(["0x8000", "0x9000", "0xf000", "0x10000", "0x0"]);
  });

  test("without firmware the board keeps its own; a table of ours still goes along", () => {
    const storage = storageFor(boardNamed("esp32-devkit"));
    expect(rows(boardNamed("esp32-devkit"), { storage })).toEqual([["0x320000", 0xe0000, "Storage"]]);
    const ota = flashPlan(boardNamed("esp32s3-ota"), { storage });
    expect(ota.parts.map(({ what }) => what.split(/[:,]/)[0])).toContain("partition table of Sluice");
    expect(ota.notes.join(" ")).toMatch(/stays as it is.*3145728/);
  });

  test("an Espruino that runs writes Storage alone, and keeps its table", () => {
    const storage = storageFor(boardNamed("esp32c3-ota"));
    expect(rows(boardNamed("esp32c3-ota"), { storage, running: true })).toEqual([
      ["0x320000", 0xe0000, "Storage"],
    ]);
  });

  test("recovery writes table and otadata in any case, and leaves NVS", () => {
    const storage = storageFor(boardNamed("esp32-devkit"));
    const found = rows(boardNamed("esp32-devkit"), { storage, recover: true }).map(([, , what]) => what);
    expect(found).toEqual(["partition table", "otadata", "Storage"]);
  });

  test("a boot loader built for a smaller chip learns the board's size, and its hash with it", () => {
    const board = boardNamed("esp32-devkit");
    const small = { ...espruinoEsp32(), "espruino_2v29_esp32/bootloader.bin": esp32BootLoader(0, 1) };
    const boot = flashPlan(board, { firmware: firmwareOf(board, small) }).parts.at(-1)?.bytes ?? filler(4);
    expect(boot[3] >> 4).toBe(2);
    expect(judgeBytes(boot, boardTarget(board)).fault).toBeUndefined();
  });
});

test("pieces cover the parts, each a whole number of blocks from the start, with its MD5", () => {
  const board = boardNamed("esp32-devkit");
  const plan = flashPlan(board, { firmware: firmwareOf(board, espruinoEsp32()), storage: storageFor(board) });
  const { pieces } = planJob(plan);
  for (const part of plan.parts) {
    const inside = pieces.filter(
      ({ address }) => address >= part.address && address < part.address + part.bytes.length,
    );
    expect(Buffer.concat(inside.map(({ bytes }) => bytes)).equals(Buffer.from(part.bytes))).toBe(true);
  }
  for (const { address, bytes, md5 } of pieces)
    expect([address % 4096, bytes.length % 4, md5]).toEqual([
      0,
      0,
      createHash("md5").update(bytes).digest("hex"),
    ]);
});

describe("Espruino's IDF 5.5 builds", () => {
  const chips = { esp32: 0, esp32c3: 5, esp32s3: 9 } as const;
  /** As large as the real one. */
  const own = (id: string) => {
    const { chip, espruino } = boardNamed(id);
    const [base, code] = [chips[chip as keyof typeof chips], espruino?.firmwareSize ?? 0];
    return { bootLoader: esp32BootLoader(base), app: esp32OfSize(base, code), version: "2v29" };
  };

  test.each([
    ...["esp32-idf5", "esp32-idf5-ota", "esp32c3-devkit", "esp32c3-8mb-ota", "esp32s3-devkit", "esp32s3-ota"],
  ])("%s takes its own", (id) => {
    const firmware = own(id);
    expect(firmware.app.length).toBe(boardNamed(id).espruino?.firmwareSize);
    const written = flashPlan(boardNamed(id), { firmware }).parts.find(({ address }) => address === 0x10000);
    expect(written?.bytes.length).toBe(firmware.app.length);
  });

  test("the C3's does not fit into two slots of 4 MB: refused, with what it fits", () => {
    const board = boardNamed("esp32c3-ota");
    const fits =
      "it fits esp32c3-devkit (4 MB of flash, by cable only, 2048000 bytes), " +
      "esp32c3-8mb-ota (8 MB of flash, two slots of 3145728 bytes)";
    const brought = errorOf(() => flashPlan(board, { firmware: own("esp32c3-ota") }));
    expect(brought.code).toBe("NOT_ENOUGH_SPACE");
    expect(brought.message).toContain(`1687248 bytes, there is room for 1572864; ${fits}.`);

    // Flash that is merged into one file is no way around it.
    const merged = new Uint8Array(0x200000).fill(0xff);
    const { bootLoader, app } = own("esp32c3-ota");
    merged.set(bootLoader);
    merged.set([0xaa, 0x50], 0x8000);
    merged.set(app, 0x10000);
    const firmware = findFirmware(board, new Map([["all.bin", merged]]));
    expect(errorOf(() => flashPlan(board, { firmware })).message).toContain(fits);

    // Neither is our table under a firmware that is on the board already, unless it ran there before.
    const kept = errorOf(() => flashPlan(board, { storage: storageFor(board) }));
    expect([kept.code, kept.message]).toEqual(["NOT_ENOUGH_SPACE", expect.stringContaining(fits)]);
    expect(codeOf(() => flashPlan(board, { storage: storageFor(board), recover: true }))).toBe("none");

    const small = findFirmware(board, new Map(Object.entries(espruinoC3())));
    expect(codeOf(() => flashPlan(board, { firmware: small }))).toBe("none");
  });

  test("what is too large for every layout is told so", () => {
    const firmware = { ...own("esp32s3-ota"), app: esp32OfSize(9, 3072 * 1024 + 16) };
    expect(errorOf(() => flashPlan(boardNamed("esp32s3-ota"), { firmware })).message).toContain(
      "room for 3145728; no layout here has room for it.",
    );
  });
});

describe("refused before any port is opened", () => {
  const board = boardNamed("esp32-devkit");
  const good = firmwareOf(board, espruinoEsp32());
  test.each<[string, string, PlanOptions]>([
    ["firmware for a C3", "WRONG_BOARD", { firmware: { ...good, app: buildEsp32({ chip: 5 }) } }],
    ["a C3's boot loader", "WRONG_BOARD", { firmware: { ...good, bootLoader: esp32BootLoader(5) } }],
    [
      "firmware larger than its slot",
      "NOT_ENOUGH_SPACE",
      { firmware: { ...good, app: buildEsp32({ dromLength: 0x180000 }) } },
    ],
    [
      "a damaged image",
      "CORRUPT_IMAGE",
      { firmware: { ...good, app: good.app.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) } },
    ],
    ["half an image", "TRUNCATED_IMAGE", { firmware: { ...good, app: good.app.subarray(0, 90_000) } }],
    ["no image", "BAD_MAGIC_BYTE", { firmware: { ...good, app: filler(5000) } }],
    ["an Espruino from before 2v26", "ESPRUINO_TOO_OLD", { firmware: { ...good, version: "2v25" } }],
    ["a Storage that is too long", "NOT_ENOUGH_SPACE", { storage: filler(0xe1000) }],
  ])("%s", (_what, code, options) => {
    expect(codeOf(() => flashPlan(board, options))).toBe(code);
  });

  test("boards without Espruino", () => {
    expect(codeOf(() => flashPlan(boardNamed("linux"), {}))).toBe("NO_ESPRUINO");
    expect(codeOf(() => flashPlan(boardNamed("arduino-esp8266-4m1m"), {}))).toBe("NO_ESPRUINO");
  });

  test("a version that is not told is a note, no refusal", () => {
    const { version, ...untold } = good;
    expect(version).toBe("2v29");
    expect(flashPlan(board, { firmware: untold }).notes.join(" ")).toMatch(/2v26 or newer is needed/);
  });
});
