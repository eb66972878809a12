import { describe, expect, test } from "vitest";
import { makeFlash } from "../../../src/board/board-flash.js";
import { manualClock } from "../../../src/board/clock.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";
import { encodePartitionTable } from "../../../src/image/partition-binary.js";
import { boardPartitions } from "../../../src/image/partition-tables.js";
import { buildEsp32, buildUser } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";

const esp32 = boardNamed("esp32-devkit");
const esp8266 = boardNamed("esp8266-4mb");

/** A board whose console runs `script`; what it printed, and what happened. */
function run(flash: NorFlash, board: typeof esp32, script: string, more: { flashWraps?: boolean } = {}) {
  const clock = manualClock();
  const virtual = new VirtualBoard({ board, flash, clock, ...more });
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
    expect(flash.byteAt(address)).toBe(0x61);
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

describe("ESP8266: what becomes of an address", () => {
  const chip = (slot: 1 | 2): NorFlash => {
    const flash = makeFlash(esp8266);
    flash.program(0x1000, buildUser({ slot: 1 }));
    flash.program(0x101000, buildUser({ slot: 2 }));
    const parameters = Buffer.alloc(8, 0xff);
    parameters.set([slot === 1 ? 0xfc : 0xfd, 0xe6]);
    flash.program(0x3fd000, parameters);
    flash.program(0x3ff000, new Uint8Array([0]));
    return flash;
  };
  const write = (address: number) => `require("Flash").write("abcd", ${address})`;
  const read = (address: number) => `print(E.toString(require("Flash").read(4, ${address})))`;

  test("under user1 every address is its own", () => {
    const flash = chip(1);
    run(flash, esp8266, [0xfc000, 0x1fc000, 0x200000].map(write).join(";"));
    for (const address of [0xfc000, 0x1fc000, 0x200000]) expect(flash.byteAt(address)).toBe(0x61);
  });

  test("under user2 writes get the segment's bit, and reads below 1 MB show the second megabyte", () => {
    const flash = chip(2);
    flash.program(0x1fc000, Buffer.from("here"));
    const board = run(
      flash,
      esp8266,
      `${read(0xfc000)}; ${read(0x1fc000)}; ${[0xfc100, 0x200000, 0x3e0000].map(write).join(";")}`,
    );
    expect(board.console).toEqual(["here", "here"]);
    expect(flash.isBlank(0xfc000, 4096)).toBe(true);
    expect(flash.byteAt(0x1fc100)).toBe(0x61);
    expect(flash.isBlank(0x200000, 4)).toBe(true);
    expect(flash.byteAt(0x300000)).toBe(0x61);
    expect(flash.byteAt(0x3e0000)).toBe(0x61);
  });

  test("each segment has a Storage of its own", () => {
    const flash = chip(1);
    run(flash, esp8266, `require("Storage").write("a", "one")`);
    expect(Buffer.from(flash.read(0xcb020, 3)).toString()).toBe("one");
    const second = chip(2);
    const board = run(
      second,
      esp8266,
      `require("Storage").write("a", "two"); print(require("Storage").list().join())`,
    );
    expect(board.console).toEqual(["a"]);
    expect(Buffer.from(second.read(0x1cb020, 3)).toString()).toBe("two");
    expect(second.isBlank(0xcb000, 0x30000)).toBe(true);
  });

  const around = `var size = peek32(0x3fffc714) + 4; var was = peek32(size); print(was);
    ${read(0x401000)}; poke32(size, 0x800000); ${read(0x401000)}; poke32(size, was);`;

  test("behind the chip's end it begins anew, for who makes the ROM believe in more", () => {
    const board = run(chip(2), esp8266, around);
    expect(board.console[0]).toBe("4194304");
    expect(board.console[1]).toBe("\0\0\0\0");
    expect(board.console[2]?.charCodeAt(0)).toBe(0xea);
    expect(run(chip(2), esp8266, around, { flashWraps: false }).console[2]).toBe("\xff\xff\xff\xff");
  });
});
