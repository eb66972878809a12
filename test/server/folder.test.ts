import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FolderState, ImageFolder } from "../../src/server/images/image-folder.js";
import { buildDevs } from "../support/devs-image.js";
import { buildEsp32, buildEsp8266 } from "../support/images.js";
import { doorBin, doorGz, filesystem, gardenApp, relayBin } from "./support/images.js";

let root = "";
let folder: ImageFolder;
let changes: FolderState[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sluice-images-"));
  changes = [];
  folder = new ImageFolder(root, { now: () => 0, restMs: 0, onChange: (state) => changes.push(state) });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(file: string, data: Uint8Array | string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), data);
}

test("every kind is found, named and sorted to its channel", async () => {
  put("door-1.2.0.bin", doorBin);
  put("door-1.3.0.bin.gz", doorGz);
  put("relay.bin", relayBin);
  put("pump.bin", buildEsp32({ project: "pump", version: "2.1.0" }));
  put("beta/anything.app", gardenApp);
  put("door-1.0.0.littlefs", filesystem);
  const { images, refused } = await folder.current();
  expect(refused).toEqual([]);
  expect(
    images.map(({ file, channel, target, product, version, gzip }) => [
      file,
      channel,
      target,
      product,
      version,
      gzip,
    ]),
  ).toEqual([
    ["beta/anything.app", "beta", "app", "garden", "1.2.0", false],
    ["door-1.0.0.littlefs", "stable", "filesystem", "door", "1.0.0", false],
    ["door-1.2.0.bin", "stable", "firmware", "door", "1.2.0", false],
    ["door-1.3.0.bin.gz", "stable", "firmware", "door", "1.3.0", true],
    ["pump.bin", "stable", "firmware", "pump", "2.1.0", false],
    ["relay.bin", "stable", "firmware", "relay", "", false],
  ]);
});

test("what is not sound is not served, and says why", async () => {
  put("cut-1.0.0.bin", doorBin.subarray(0, 6000));
  put("page.html", "<html>not an image</html>");
  put("bare.bin", buildEsp8266());
  put("cut.devs", buildDevs().subarray(0, 320));
  put("a b.app", gardenApp);
  put("empty.bin", "");
  const { images, refused } = await folder.current();
  expect(images).toEqual([]);
  expect(refused.map(({ file, code }) => [file, code])).toEqual([
    ["a b.app", "BAD_IMAGE_NAME"],
    ["bare.bin", "WRONG_KIND"],
    ["cut-1.0.0.bin", "TRUNCATED_IMAGE"],
    ["cut.devs", "TRUNCATED_IMAGE"],
    ["empty.bin", "NO_DATA"],
    ["page.html", "BAD_MAGIC_BYTE"],
  ]);
});

test("hidden files, notes, copies under way, links and deeper folders are left alone", async () => {
  for (const file of [
    ".sluice/server.db",
    ".door.bin",
    "README.md",
    "garden.app.map",
    "door.bin.part",
    "a/b/door.bin",
  ])
    put(file, doorBin);
  symlinkSync("/etc/passwd", join(root, "passwd.bin"));
  symlinkSync("/etc", join(root, "etc"));
  expect(await folder.current()).toEqual({ images: [], refused: [] });
});

test("changes are seen, and only changes", async () => {
  put("garden.app", gardenApp);
  await folder.current();
  await folder.current();
  expect(changes.length).toBe(1);
  put("garden.app", gardenApp.subarray(0, 200));
  expect((await folder.current()).refused.map(({ file }) => file)).toEqual(["garden.app"]);
  put("garden.app", gardenApp);
  utimesSync(join(root, "garden.app"), 1000, 1000);
  expect((await folder.current()).images[0]?.modified).toBe(1_000_000);
  rmSync(join(root, "garden.app"));
  expect(await folder.current()).toEqual({ images: [], refused: [] });
  expect(changes.length).toBe(4);
});

test("a folder that cannot be read is an error, not an empty one", async () => {
  const none = new ImageFolder(join(root, "none"), { now: () => 0, restMs: 0 });
  await expect(none.current()).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
});

test("a side file settles a name that can be read in two ways, and is read again when it changes", async () => {
  put("zone-2.bin", relayBin);
  const parts = async () =>
    (await folder.current()).images.map(({ product, version, doubt }) => [
      product,
      version,
      doubt === undefined,
    ]);
  expect(await parts()).toEqual([["zone", "2", false]]);
  put("zone-2.bin.json", '{ "product": "zone-2", "version": "1.0.0" }');
  expect(await parts()).toEqual([["zone-2", "1.0.0", true]]);
  for (const bad of ["{", "[]", '{ "product": 2, "version": "1" }', '{ "product": "a b", "version": "1" }']) {
    put("zone-2.bin.json", bad);
    expect(await parts()).toEqual([]);
    expect((await folder.current()).refused[0]?.code).toBe("BAD_IMAGE_NAME");
  }
});
