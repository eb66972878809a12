import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/board/storage.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { filler } from "../support/images.js";
import { bundleOf, esp32, remade, witness } from "../support/test-bundles.js";

/** Writes files of an application's own until not even a short one fits. @returns how many */
function fill({ virtual }: GardenBoard): number {
  let count = 0;
  for (const size of [0x10000, 0x2000, 0x400, 64]) {
    try {
      for (;;) {
        virtual.storage.write(`own${count}`, filler(size, count + 1));
        count++;
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }
  return count;
}

/** Erasures so far of each block that Sluice has not reserved: the files' own. */
function erasesOfFiles(board: GardenBoard): number[] {
  const first = Math.ceil(board.slot("app", 1).end / esp32.blockLength);
  const end = (esp32.espruino?.storage.offset ?? 0) + (esp32.espruino?.storage.size ?? 0);
  return Array.from(board.flash.erases.slice(first, end / esp32.blockLength));
}

const password = "dandelion";
const logger = () => bundleOf("test/devs-fixtures/logger");

describe("an update where Storage", () => {
  test("is full: needs no room in it, and moves nothing", async () => {
    await withBoard({ app: await witness(), password }, async (board) => {
      await board.ready();
      await board.settled();
      const files = fill(board);
      expect(files).toBeGreaterThan(5);
      expect(board.virtual.storage.stats().freeBytes).toBeLessThan(100);
      const before = erasesOfFiles(board);
      expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0", slot: "b" });
      expect(erasesOfFiles(board)).toEqual(before);
      expect(board.virtual.storage.isValid()).toBe(true);
      const last = board.virtual.storage.read("own0");
      expect(Buffer.from(last ?? []).equals(Buffer.from(filler(0x10000, 1)))).toBe(true);
    });
  });

  test("is tidied for the application in the middle of the image: neither loses a byte", async () => {
    await withBoard({ app: await logger(), password }, async (board) => {
      await board.ready();
      await board.settled();
      const { storage } = board.virtual;
      // What an application that logs leaves behind: room that only tidying gives back.
      const files = fill(board);
      for (let file = 0; file < files; file++) storage.erase(`own${file}`);
      const before = erasesOfFiles(board);
      const image = await witness("2.0.0");
      const log = `require("Storage").write("log", ${JSON.stringify("moist ".repeat(5000))});`;
      let tidied = false;
      const stop = board.virtual.listen((event) => {
        if (tidied || event.event !== "progress" || Number(event["done"]) < image.length / 3) return;
        tidied = true;
        board.virtual.run(log, "log");
      });
      expect(await board.update(image)).toMatchObject({ app: "witness@2.0.0", slot: "b" });
      stop();
      expect(tidied).toBe(true);
      expect(erasesOfFiles(board)).not.toEqual(before);
      const there = board.content("app", 1).subarray(0, image.length);
      expect(Buffer.from(there).equals(Buffer.from(image))).toBe(true);
      expect(Buffer.from(storage.read("kept") ?? "").toString()).toBe("as it was");
      expect(storage.read("log")?.length).toBe(30_000);
      expect(storage.isValid()).toBe(true);
      expect([...storage.files()].some(({ name }) => name.startsWith("sluice.app"))).toBe(true);
    });
  });
});

test("an application that erases all of Storage loses its own files, and the board goes on", async () => {
  await withBoard({ app: await logger(), password }, async (board) => {
    await board.ready();
    await board.settled();
    const { storage } = board.virtual;
    expect(storage.read("kept")).toBeDefined();
    board.virtual.run('require("Storage").eraseAll()', "console");
    expect(storage.list().map(({ name }) => name)).toEqual(["sluice", ".boot0", "sluice.cfg"]);
    expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0" });
  });
});

const saver = `(function(){
var wifi=require("Wifi");
require("sluice").ota.begin({});
global.saveNetwork=function(){wifi.save();};
})();`;

test("an application that saves the network has the room for it tidied, and the engine never compacts", async () => {
  const app = remade(await witness(), { name: "saver", startLength: saver.length }, saver);
  await withBoard({ app, password }, async (board) => {
    await board.ready();
    await board.settled();
    const { storage } = board.virtual;
    const files = fill(board);
    for (let file = 0; file < files; file++) storage.erase(`own${file}`);
    board.virtual.run("saveNetwork()", "console");
    expect(Buffer.from(storage.read(".wificfg") ?? "").toString()).toMatch(/"ssid":"virtual"/);
    // The engine's compaction drops what is hidden.
    expect([...storage.files()].some(({ name }) => name.startsWith("sluice.app"))).toBe(true);
    expect(storage.isValid()).toBe(true);
    expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0" });
  });
});

test("what would run beside the loader at each start is not to be had", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    for (const code of ['E["setBoot"+"Code"]("x",true)', 'global["sa"+"ve"]()']) {
      board.virtual.run(`try{${code};print("stored")}catch(e){print("refused")}`, "console");
      expect(board.virtual.console.at(-1)).toBe("refused");
    }
    expect(board.virtual.storage.list().map(({ name }) => name)).toEqual(["sluice", ".boot0", "sluice.cfg"]);
  });
});
