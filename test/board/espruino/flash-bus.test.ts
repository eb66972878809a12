import { describe, expect, test } from "vitest";
import { makeFlash } from "../../../src/board/board-flash.js";
import { manualClock } from "../../../src/board/manual-clock.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";
import { boardPartitions, encodePartitionTable } from "../../../src/image/partition-tables.js";
import { buildEsp32 } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";

const esp32 = boardNamed("esp32-devkit");

/** A board whose console runs `script`; what it printed, and what happened. */
function run(flash: NorFlash, board: typeof esp32, script: string) {
  const clock = manualClock();
  const virtual = new VirtualBoard({ board, flash, clock });
  virtual.powerOn();
  virtual.run(script, "console");
  clock.advance(100);
  virtual.powerCut();
  return virtual;
}

describe("ESP32: what IDF lets nobody write", () => {
  const chip = (): NorFlash => {
    const flash = makeFlash(esp32);
    flash.program(0x8000, encodePartitionTable(boardPartitions(esp32)));
    flash.program(0x10000, buildEsp32());
    return flash;
  };

  test.each([
    ["the boot loader", `require("Flash").erasePage(0x1000)`],
    ["the partition table", `require("Flash").write("a", 0x8000)`],
    ["the word behind the table", `require("Flash").write("abcd", 0x8c00)`],
    ["the running app", `require("Flash").erasePage(0x10000)`],
    ["the running app's end", `require("Flash").write("a", 0x18fffc)`],
  ])("%s: the chip restarts, and flash is what it was", (_what, script) => {
    const flash = chip();
    const operations = flash.operations;
    const board = run(flash, esp32, `print("before"); ${script}; print("after")`);
    expect(board.console).toEqual(["before"]);
    expect(board.events.map(({ event }) => event)).toContain("abort");
    expect(board.events.filter(({ event }) => event === "start").map(({ reason }) => reason)).toEqual([
      "power-on",
      "software",
    ]);
    expect(flash.operations).toBe(operations);
  });

  test.each([
    ["otadata", 0xc000],
    ["the other slot", 0x190000],
    ["nvs", 0x9000],
  ])("%s is free", (_what, address) => {
    const flash = chip();
    const board = run(flash, esp32, `require("Flash").write("abcd", ${address}); print("after")`);
    expect(board.console).toEqual(["after"]);
    expect(flash.read(address, 1)[0]).toBe(0x61);
  });

  test("under ota_0 it is factory that may be written", () => {
    const flash = chip();
    flash.program(0x190000, buildEsp32());
    const select = Buffer.alloc(32, 0xff);
    select.writeUInt32LE(1, 0);
    select.writeUInt32LE(0x4743989a, 28);
    flash.program(0xc000, select);
    const free = run(flash, esp32, `require("Flash").erasePage(0x20000); print("after")`);
    expect(free.console).toEqual(["after"]);
    const own = run(flash, esp32, `require("Flash").erasePage(0x200000); print("after")`);
    expect(own.console).toEqual([]);
  });
});
