import { describe, expect, test } from "vitest";
import { manualClock } from "../../src/board/manual-clock.js";
import { tearOf } from "../../src/board/power-cut.js";
import { boardWith, printed } from "../support/firmware-board.js";

const starts = (board: { events: readonly { event: string }[] }): unknown[] =>
  board.events
    .filter((event) => event.event === "start")
    .map((event) => (event as { reason?: unknown }).reason);

describe("starting", () => {
  test("runs the boot files in Espruino's order, and goes on after one that throws", async () => {
    const board = boardWith("print('0', E.CRC32('abc'));");
    const file = (name: string, code: string) => board.storage.write(name, Buffer.from(code));
    file(".bootPowerOn", "print('power');");
    file(".boot1", "print('1'); nonsense.x;");
    file(".boot3", "E.on('init', function() { print('init'); });");
    file(".bootcde", "print('code');");
    await board.start();
    await board.stop();
    expect(board.console.map((line) => line.split("\n")[0])).toEqual([
      "power",
      "0 891568578",
      "1",
      "Uncaught ReferenceError: nonsense is not defined",
      "code",
      "init",
    ]);
  });

  test(".bootrst stands for .bootcde", async () => {
    const board = boardWith("print('0');");
    board.storage.write(".bootrst", Buffer.from("print('always');"));
    board.storage.write(".bootcde", Buffer.from("print('never');"));
    await board.start();
    await board.stop();
    expect(board.console).toEqual(["0", "always"]);
  });

  test("erases a Storage that is not sound, as Espruino does", async () => {
    const board = boardWith("print('never');");
    board.flash.eraseBlockAt(board.storage.start);
    board.flash.program(board.storage.start + 40_000, Uint8Array.of(0));
    await board.start();
    await board.stop();
    expect(board.console).toEqual(["Storage is corrupt."]);
    expect(board.flash.isBlank(board.storage.start, 0xe0000)).toBe(true);
  });
});

describe("restarting", () => {
  test("E.reboot tells 'kill', ends timers and starts anew with the reason", () => {
    const clock = manualClock();
    const board = boardWith(
      `print("start " + (peek32(0x3ff48034) & 63) + " " + typeof left);
       left = 1;
       digitalWrite(D4, 1);
       E.on("kill", function() { print("kill"); });
       if (peek32(0x3ff48034) === 1) {
         setInterval(function() { print("tick"); }, 100);
         setTimeout(function() { try { E.reboot(); } catch (e) { print("caught"); } print("after"); }, 250);
       }`,
      { clock },
    );
    void board.start();
    clock.advance(259);
    expect(board.pins.level(4)).toBeUndefined();
    clock.advance(1000);
    expect(board.console).toEqual(["start 1 undefined", "tick", "tick", "kill", "start 12 undefined"]);
    expect(board.pins.level(4)).toBe(1);
    expect(starts(board)).toEqual(["power-on", "software"]);
    void board.stop();
  });

  test("load() and reset() start the interpreter anew, not the chip", () => {
    const clock = manualClock();
    const board = boardWith(
      "print('boot', typeof seen); seen = 1; if (typeof first === 'undefined') first = 1;",
      { clock },
    );
    board.storage.write(
      ".bootPowerOn",
      Buffer.from("setTimeout('load()', 5); setTimeout('print(\"gone\")', 9);"),
    );
    board.storage.write("other", Buffer.from("print('other'); setTimeout('reset()', 5);"));
    board.storage.write(
      ".bootcde",
      Buffer.from("print('code'); setTimeout(function() { load('other'); }, 5);"),
    );
    void board.start();
    clock.advance(100);
    expect(board.console).toEqual([
      "boot undefined",
      "code",
      "boot undefined",
      "code",
      "boot undefined",
      "other",
      "boot undefined",
    ]);
    expect(starts(board)).toEqual(["power-on"]);
    void board.stop();
  });

  test("the watchdog ends an endless loop, though it catches everything", async () => {
    const board = boardWith(
      `if (peek32(0x3ff48034) === 7) print("bitten");
       else setTimeout(function() { for (;;) try { for (;;); } catch (e) { } }, 1);`,
      { hangMs: 300 },
    );
    await board.start();
    await printed(board, "bitten");
    await board.stop();
    expect(starts(board)).toEqual(["power-on", "watchdog"]);
  });

  test("a watchdog that the program must feed bites when it does not", () => {
    const clock = manualClock();
    const board = boardWith(
      `E.enableWatchdog(1, false);
       if (peek32(0x3ff48034) === 1) { var n = 0; setInterval(function() { if (n++ < 3) E.kickWatchdog(); }, 600); }`,
      { clock },
    );
    void board.start();
    clock.advance(2700);
    expect(starts(board)).toEqual(["power-on"]);
    clock.advance(200);
    expect(starts(board)).toEqual(["power-on", "watchdog"]);
    void board.stop();
  });
});

describe("losing the power", () => {
  const writer = `
    var flash = require("Flash");
    setTimeout(function() {
      try { for (var i = 0; i < 4; i++) flash.write("\\0\\0\\0\\0", 0x310000 + i * 4); print("done"); }
      catch (e) { print("caught " + e); flash.write("\\0\\0\\0\\0", 0x310020); }
    }, 5);`;

  test("in the middle of a write leaves the flash torn and the board dark, whatever the program catches", () => {
    const clock = manualClock();
    const board = boardWith(writer, { clock });
    void board.start();
    board.flash.cutAt(board.flash.operations + 2, tearOf("half"));
    clock.advance(100);
    expect(Buffer.from(board.flash.read(0x310000, 16)).toString("hex")).toBe(
      "00000000000000000000ffffffffffff",
    );
    expect(board.flash.isBlank(0x310020, 4)).toBe(true);
    expect(board.console).toEqual([]);
    expect(board.running).toBe(false);
    expect(board.events.at(-1)?.event).toBe("dark");
    board.flash.hook = undefined;
    board.powerOn();
    clock.advance(100);
    expect(board.console).toEqual(["done"]);
  });

  test("loses RTC memory and lets the pins go; a reset keeps RTC memory", () => {
    const clock = manualClock();
    const board = boardWith("D2.set();", { clock });
    void board.start();
    board.rtc.write(0, Uint8Array.of(1, 2, 3));
    board.reset();
    clock.advance(20);
    expect([...board.rtc.read(0, 3)]).toEqual([1, 2, 3]);
    expect(board.pins.driven(2)).toBe(1);
    board.powerCut();
    expect(board.pins.driven(2)).toBeUndefined();
    expect([...board.rtc.read(0, 3)]).not.toEqual([1, 2, 3]);
    clock.advance(1000);
    expect(starts(board)).toEqual(["power-on", "pin"]);
  });

  test("during the erase of a broken Storage at the start stays dark", () => {
    const board = boardWith("print('never');");
    board.flash.program(board.storage.start, Uint8Array.of(0, 0, 0, 0));
    board.flash.cutAt(board.flash.operations, tearOf("nothing"));
    board.powerOn();
    expect(board.running).toBe(false);
    board.flash.hook = undefined;
    board.powerOn();
    expect(board.console).toEqual(["Storage is corrupt.", "Storage is corrupt."]);
    board.powerCut();
  });
});

test("an agent's events come out as copies with the board's time", async () => {
  const board = boardWith(
    `var what = { event: "progress", done: 1 };
     E.emit("sluice", what); what.done = 2;
     E.emit("other", { event: "no" }); E.emit("sluice", "no event");`,
  );
  await board.start();
  await board.stop();
  expect(board.events.slice(1)).toEqual([{ t: expect.any(Number), event: "progress", done: 1 }]);
});

test("code that the dialect check refuses does not run", async () => {
  const board = boardWith(
    "print('boot'); try { Modules.addCached('m', 'x ?? y'); } catch (e) { print(e.message); }",
    {
      dialectCheck: (code) => (code.includes("?? y") && !code.includes("boot") ? "no ??" : undefined),
    },
  );
  await board.start();
  await board.stop();
  expect(board.console).toEqual(["boot", "no ??"]);
});
