import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boards } from "../../boards/index.js";
import { addLayout } from "../../src/cli/layout.js";
import { buildArduino, buildEsp32, gzip } from "../support/images.js";
import { runVerb } from "../support/run-verb.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-layout-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, data: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

test.each(boards.map(({ id }) => id))("%s is drawn from its first byte to its last", async (id) => {
  const { out, exitCode } = await runVerb(addLayout, "layout", id);
  const board = boards.find((one) => one.id === id);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^ {2}0x000000 {2}0x/m);
  expect(out).toContain(`  0x${board?.flashSize.toString(16).padStart(6, "0")}  `);
  expect(out).toContain(board?.layout.powerSafety === "safe" ? "Power-safe: " : "Not power-safe: ");
});

test("the ESP32's slots stand at their addresses", async () => {
  const { out } = await runVerb(addLayout, "layout", "esp32-devkit");
  expect(out).toMatch(/0x010000 {2}0x190000 {2}1536 KB {2}█{11} +factory +app factory/);
  expect(out).toMatch(/0x190000 {2}0x310000 {2}1536 KB {2}█{11} +ota_0 +app ota_0/);
  expect(out).toMatch(/0x320000 {2}0x400000 {3}896 KB .*storage/);
  expect(out).toContain("Free sketch space: 1572864 bytes.");
});

test("a layout that Espruino's own build does not fit says so, and which one it fits", async () => {
  const { out } = await runVerb(addLayout, "layout", "esp32c3-ota");
  expect(out).toMatch(
    /own build has 1687248 bytes, a slot 1572864; it fits esp32c3-devkit .*esp32c3-8mb-ota/,
  );
  for (const id of ["esp32-idf5-ota", "esp32c3-8mb-ota", "esp32s3-ota"])
    expect((await runVerb(addLayout, "layout", id)).out).not.toContain("own build");
});

test("a new sketch is drawn between the running one and the filesystem", async () => {
  const image = file("new.bin", buildArduino(400_000));
  const running = file("old.bin", buildArduino(300_000));
  const { out, exitCode } = await runVerb(
    addLayout,
    ...["layout", "arduino-esp8266-4m1m", "--image", image, "--running", running, "--json"],
  );
  const view = JSON.parse(out) as {
    regions: { name: string; start: number; size: number }[];
    freeSketchSpace: number;
    placement: { start: number; sentence: string };
  };
  expect(exitCode).toBe(0);
  const place = (name: string) => view.regions.find((region) => region.name === name);
  expect(place("running sketch")).toMatchObject({ start: 0x1000, size: 0x4b000 - 0x1000 });
  expect(place("new image")).toMatchObject({ start: 0x300000 - 0x63000, size: 0x63000 });
  expect(view.freeSketchSpace).toBe(0x300000 - 0x4b000);
  expect(view.placement.start).toBe(0x29d000);
  expect(view.placement.sentence).toContain("Fits: ");
});

test("an ESP-01 with 512 KB is refused: not enough room for old and new", async () => {
  const image = file("small.bin", buildArduino(4000, { sizeCode: 0 }));
  const { out, exitCode } = await runVerb(addLayout, "layout", "arduino-esp8266-512k", "--image", image);
  expect(exitCode).toBe(1);
  expect(out).toContain("not enough room for old and new");
  expect(out).toContain("NOT_ENOUGH_SPACE: ");
});

test("a sketch that does not fit beside the running one is refused", async () => {
  const image = file("half.bin", buildArduino(200_000, { sizeCode: 2 }));
  const running = file("big.bin", buildArduino(800_000, { sizeCode: 2 }));
  const alone = await runVerb(addLayout, "layout", "arduino-esp8266-1m64", "--image", image);
  expect(alone.exitCode).toBe(0);
  expect(alone.out).toContain("taking the running one to be as large");
  const beside = await runVerb(
    addLayout,
    "layout",
    "arduino-esp8266-1m64",
    "--image",
    image,
    "--running",
    running,
  );
  expect(beside.exitCode).toBe(1);
  expect(beside.out).toMatch(
    /not enough room for old and new: \d+ bytes run, \d+ come, the sketch area has 962560/,
  );
});

test("a compressed sketch that would be overrun by its own inflated copy is refused", async () => {
  const sketch = buildArduino(300_000, { sizeCode: 2 });
  const packed = file("new.bin.gz", gzip(Buffer.concat([sketch, Buffer.alloc(500_000, 0xff)])));
  const running = file("tiny.bin", buildArduino(4000, { sizeCode: 2 }));
  const { out, exitCode } = await runVerb(
    addLayout,
    ...["layout", "arduino-esp8266-1m", "--image", packed, "--running", running],
  );
  expect(exitCode).toBe(1);
  expect(out).toContain("would run over its own compressed copy");
});

test("a damaged image is not placed", async () => {
  const damaged = buildEsp32();
  damaged[900] = (damaged[900] ?? 0) ^ 1;
  const { out, exitCode } = await runVerb(
    addLayout,
    "layout",
    "esp32-devkit",
    "--image",
    file("bad.bin", damaged),
  );
  expect(exitCode).toBe(1);
  expect(out).toContain("Does not fit: the image's checksum");
});

test("an unknown board is an error that names the nearest", async () => {
  await expect(runVerb(addLayout, "layout", "esp32")).rejects.toMatchObject({
    code: "UNKNOWN_BOARD",
    message: expect.stringContaining("esp32-devkit"),
  });
});
