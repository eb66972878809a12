import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { esp32Devkit } from "../../boards/esp32-devkit.js";
import { addImage } from "../../src/cli/image.js";
import { storeLayout } from "../../src/core/update/store.js";
import { buildDevs } from "../support/devs-image.js";
import {
  buildArduino,
  buildBundle,
  buildEsp32,
  buildLittleFs,
  buildUser,
  esp32OfSize,
  filler,
  gzip,
} from "../support/images.js";
import { runVerb } from "../support/run-verb.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-image-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, data: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

interface Report {
  kind: string;
  inside?: string;
  sound: boolean;
  fits?: boolean;
  error?: { code: string; text: string; remedy: string };
  placement?: { slot: string; start: number; sentence: string };
  facts: Record<string, string>;
}

async function report(data: Uint8Array, board?: string): Promise<Report & { exitCode: number }> {
  const args = board === undefined ? [] : ["--board", board];
  const { out, exitCode } = await runVerb(addImage, "image", file("image", data), "--json", ...args);
  return { ...(JSON.parse(out) as Report), exitCode };
}

test("a sound image is described and exits with 0", async () => {
  const path = file("espruino.bin", buildEsp32({ project: "espruino", version: "2v25" }));
  const { out, exitCode } = await runVerb(addImage, "image", path);
  expect(exitCode).toBe(0);
  expect(out).toContain("espruino 2v25");
  expect(out).toContain("ESP32");
  expect(out).toMatch(/^Sound\.$/m);
});

test("a damaged one says what is wrong and what to do, and exits with 1", async () => {
  const image = buildEsp32();
  image[700] = (image[700] ?? 0) ^ 1;
  const { out, exitCode } = await runVerb(addImage, "image", file("bad.bin", image));
  expect(exitCode).toBe(1);
  expect(out).toMatch(/Not sound: the image's checksum is .., its bytes give ..\./);
  expect(out).toContain("CORRUPT_IMAGE: ");
});

test("a file that is no image is named as such", async () => {
  const result = await report(Buffer.from("<html><body>log in to the hotel's network</body></html>"));
  expect(result).toMatchObject({
    kind: "unknown",
    sound: false,
    exitCode: 1,
    error: { code: "BAD_MAGIC_BYTE" },
  });
});

test("an empty file, too", async () => {
  expect(await report(new Uint8Array(0))).toMatchObject({
    sound: false,
    error: { code: "NO_DATA" },
    exitCode: 1,
  });
});

test("a compressed image is judged inside", async () => {
  expect(await report(gzip(buildArduino()))).toMatchObject({ kind: "gzip", inside: "arduino", sound: true });
  const content = buildArduino();
  content[5000] = (content[5000] ?? 0) ^ 1;
  expect(await report(gzip(content))).toMatchObject({ inside: "arduino", sound: false, exitCode: 1 });
  expect(await report(gzip(gzip(buildArduino())))).toMatchObject({
    sound: false,
    error: { code: "WRONG_KIND" },
  });
});

const store = esp32Devkit.espruino?.store ?? { agentBlocks: 0, appBlocks: 0 };
/** The first app slot: on a blank board it is where the next app goes. */
const appSlot = 0x320000 + storeLayout(4096, store.agentBlocks, store.appBlocks).app[0] * 4096;

describe("with a board", () => {
  const cases: [string, Uint8Array, string, string, number][] = [
    ["ESP32 firmware goes to the slot that does not run", buildEsp32(), "esp32-devkit", "ota_0", 0x190000],
    ["C3 firmware goes there, with our table", buildEsp32({ chip: 5 }), "esp32c3-ota", "ota_0", 0x190000],
    ["it goes behind Storage, with 8 MB", esp32OfSize(5, 1_687_248), "esp32c3-8mb-ota", "ota_0", 0x400000],
    ["a bundle goes to an app slot", buildBundle(), "esp32-devkit", "app slot", appSlot],
    [
      "a sketch goes below the filesystem",
      buildArduino(4000),
      "arduino-esp8266-4m1m",
      "sketch area",
      0x2fd000,
    ],
    ["a filesystem goes to its place", buildLittleFs(250), "arduino-esp8266-4m1m", "filesystem", 0x300000],
  ];
  test.each(cases)("%s", async (_, image, board, slot, start) => {
    expect(await report(image, board)).toMatchObject({ fits: true, exitCode: 0, placement: { slot, start } });
  });

  const refused: [string, Uint8Array, string, string, RegExp][] = [
    ["firmware for another chip", buildEsp32({ chip: 9 }), "esp32-devkit", "WRONG_BOARD", /ESP32-S3/],
    [
      "Espruino's own build for the C3, in 4 MB",
      esp32OfSize(5, 1_687_248),
      "esp32c3-ota",
      "NOT_ENOUGH_SPACE",
      /1687248 bytes, ota_0 1572864; it fits esp32c3-devkit .*esp32c3-8mb-ota/,
    ],
    [
      "firmware for a table with one slot",
      buildEsp32({ chip: 5 }),
      "esp32c3-devkit",
      "NOT_ENOUGH_SPACE",
      /one slot/,
    ],
    [
      "a sketch for 512 KB",
      buildArduino(),
      "arduino-esp8266-512k",
      "NOT_ENOUGH_SPACE",
      /not enough room for old and new/,
    ],
    [
      "a sketch built for 512 KB",
      buildArduino(4000, { sizeCode: 0 }),
      "arduino-esp8266-512k",
      "NOT_ENOUGH_SPACE",
      /not enough room for old and new/,
    ],
    [
      "a user image on Arduino's layout",
      buildUser(),
      "arduino-esp8266-4m1m",
      "WRONG_KIND",
      /another boot loader/,
    ],
    [
      "a bundle for another family",
      buildBundle({ family: 1 }),
      "esp32-devkit",
      "WRONG_BOARD",
      /another chip/,
    ],
    [
      "a bundle for another engine",
      buildBundle({ engine: 3 }),
      "esp32-devkit",
      "WRONG_ENGINE",
      /another engine/,
    ],
    [
      "a bundle where Storage has no room",
      buildBundle({ family: 1 }),
      "arduino-esp8266-4m1m",
      "NOT_ENOUGH_SPACE",
      /Storage/,
    ],
    [
      "a bundle larger than its slot",
      buildBundle({ payload: Buffer.alloc(32 * 4096, "x") }),
      "esp32-devkit",
      "NOT_ENOUGH_SPACE",
      /a slot 131072/,
    ],
    [
      "a filesystem where there is none",
      buildLittleFs(),
      "arduino-esp8266-4m",
      "UNKNOWN_COMMAND",
      /no filesystem/,
    ],
    [
      "a filesystem that is too large",
      buildLittleFs(251),
      "arduino-esp8266-4m1m",
      "NOT_ENOUGH_SPACE",
      /1024000/,
    ],
    ["bytecode", buildDevs(), "esp32-devkit", "WRONG_ENGINE", /DeviceScript/],
    [
      "bytecode of a newer runtime",
      buildDevs({ version: 0x02110000 }),
      "esp32-devicescript",
      "WRONG_ENGINE",
      /needs DeviceScript 2\.17/,
    ],
    [
      "a program with the safe pins of another chip",
      buildDevs({ config: { "@name": "a", "sPin.P33": 0 } }),
      "esp32c3-devicescript",
      "WRONG_BOARD",
      /P33=0/,
    ],
    [
      "a program that is too large",
      buildDevs({ floats: 230_000 }),
      "esp32-devicescript",
      "NOT_ENOUGH_SPACE",
      /225280/,
    ],
  ];
  test.each(refused)("%s does not fit, but is sound", async (_, image, board, code, reason) => {
    const result = await report(image, board);
    expect(result).toMatchObject({ sound: true, fits: false, exitCode: 1, error: { code } });
    expect(result.error?.text).toMatch(reason);
    expect(result.error?.remedy).not.toBe("");
  });

  test("a sketch larger than half of the area does not fit", async () => {
    const sketch = buildArduino(400_000, { sizeCode: 2 });
    expect(await report(sketch, "arduino-esp8266-1m")).toMatchObject({ fits: true });
    const result = await report(sketch, "arduino-esp8266-1m256");
    expect(result.error?.text).toMatch(/not enough room for old and new .*765952/);
  });

  test("a compressed sketch may not be overrun by its own inflated copy", async () => {
    const sketch = buildArduino(300_000, { sizeCode: 2 });
    const packed = gzip(Buffer.concat([sketch, Buffer.alloc(600_000, 0xff)]));
    const result = await report(packed, "arduino-esp8266-1m");
    expect(result).toMatchObject({ sound: true, fits: false });
  });
});

test("random bytes always get a verdict", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { out } = await runVerb(addImage, "image", file("noise", filler(seed * 97, seed)));
    expect(out).toContain("Not sound: ");
  }
});

test("a missing file and an unknown board are errors with a code", async () => {
  await expect(runVerb(addImage, "image", join(folder, "absent"))).rejects.toMatchObject({
    code: "FILE_NOT_READABLE",
  });
  const path = file("app", buildBundle());
  await expect(runVerb(addImage, "image", path, "--board", "toaster")).rejects.toMatchObject({
    code: "UNKNOWN_BOARD",
  });
});
