import { describe, expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { manualClock } from "../../../src/board/manual-clock.js";
import type { VirtualBoardOptions } from "../../../src/board/virtual-board.js";
import { boardWith } from "../../support/firmware-board.js";

/** What a script prints within a second of the board's time. */
function run(script: string, options: Partial<VirtualBoardOptions> = {}): readonly string[] {
  const clock = manualClock();
  const board = boardWith(script, { clock, ...options });
  board.powerOn();
  clock.advance(1000);
  board.powerCut();
  return board.console;
}
/** The value of an expression, as the board prints it. */
const value = (expression: string, options?: Partial<VirtualBoardOptions>): string =>
  run(`print(${expression});`, options)[0] ?? "";

test.each([
  "Map",
  "Symbol",
  "Proxy",
  "BigInt",
  "TextEncoder",
  "queueMicrotask",
  "Array.from",
  "Object.freeze",
  "Math.imul",
])("%s is missing, as on the board", (name) => expect(value(`typeof ${name}`)).toBe("undefined"));

test("what the engine gives is of the sandbox: nothing richer comes in from outside", () => {
  expect(
    value(`[require("Flash").read(4, 0x310000), require("Storage").list(), E.toUint8Array("ab")].map(function(x) {
      return typeof x.at + typeof x.flat + (x instanceof Uint8Array || x instanceof Array);
    }).join()`),
  ).toBe("undefinedundefinedtrue,undefinedundefinedtrue,undefinedundefinedtrue");
  expect(
    value(
      `(function() { try { require("Storage").write("a", ""); } catch (e) { return e instanceof Error; } })()`,
    ),
  ).toBe("true");
});

test("E turns things into bytes as the real engine does", () => {
  expect(value(`E.toString([1, 2]).length + E.toString(new Uint8Array([65, 66]), "c", [68, [69]])`)).toBe(
    "2ABcDE",
  );
  expect(value(`E.toUint8Array("ab", 3, [4, { data: 5, count: 2 }]).join()`)).toBe("97,98,3,4,5,5");
  expect(value(`E.CRC32("abc") + " " + E.CRC32([97, 98, 99])`)).toBe("891568578 891568578");
  expect(value(`E.toArrayBuffer("ab").byteLength`)).toBe("2");
});

test("flags that somebody raises are reported, by E and by event, and are gone once read", () => {
  const clock = manualClock();
  const board = boardWith(
    `E.on("errorFlag", function(f) { print("event " + f.join()); }); setTimeout(function() { print(E.getErrorFlags().join(), E.getErrorFlags().length); }, 20);`,
    { clock },
  );
  board.powerOn();
  board.errorFlag("MEMORY");
  clock.advance(100);
  expect(board.console).toEqual(["event MEMORY", "MEMORY 0"]);
});

test("boot files run one after the other, what they queue runs behind them, then onInit's turn has come", () => {
  const clock = manualClock();
  const board = boardWith(
    `E.on("init", function() { print("init"); }); Promise.resolve("queued").then(print);`,
    { clock },
  );
  board.storage.write(".bootcde", Buffer.from(`print("program"); function onInit() { print("onInit"); }`));
  board.powerOn();
  expect(board.console).toEqual(["program", "init", "onInit", "queued"]);
});

test("hwRand repeats from start to start; the random register does not", () => {
  const once = () => run(`print(E.hwRand()); print(peek32(0x3ff75144)); print(peek32(0x3ff75148));`);
  const [first, second] = [once(), once()];
  expect(first[0]).toBe(second[0]);
  expect(first[1]).not.toBe(second[1]);
  expect(first[2]).toBe("0");
});

describe("crypto", () => {
  test("hashes and PBKDF2 give array buffers with the real engine's bytes", () => {
    const hex = `Array.prototype.map.call(new Uint8Array(h), function(b) { return (256 + b).toString(16).slice(1); }).join("")`;
    expect(value(`(function(h) { return ${hex}; })(require("crypto").SHA1("abc"))`)).toBe(
      "a9993e364706816aba3e25717850c26c9cd0d89d",
    );
    expect(
      value(
        `new Uint8Array(require("crypto").PBKDF2("pw", "salt", { keySize: 8, iterations: 2, hasher: "SHA256" })).join()`,
      ),
    ).toBe(
      "6,29,246,22,52,60,185,136,48,113,114,226,195,7,75,230,62,149,59,40,35,126,169,97,132,246,164,139,236,122,138,85",
    );
  });
});

describe("modules", () => {
  test("addCached takes text or a function; require finds it, then libraries, then Storage", () => {
    expect(
      run(`
        Modules.addCached("m", "exports.a = 1; exports.b = typeof module;");
        Modules.addCached("f", function() { exports.x = 2; });
        Modules.addCached("n", "module.exports = 7;");
        require("Storage").write("file", "exports.y = 3;");
        print(require("m").a, require("m").b, require("f").x, require("n"), require("file").y, require("m") === require("m"));
        Modules.removeCached("m");
        try { require("m"); } catch (e) { print(e.message); }
        try { Modules.addCached("bad", "exports.a = ;"); } catch (e) { print(e.type); }
      `),
    ).toEqual(["1 object 2 7 3 true", 'Module "m" not found', "SyntaxError"]);
  });

  test("Wifi is missing on Linux", () => {
    expect(
      value(`(function() { try { require("Wifi"); } catch (e) { return e.message; } })()`, { board: linux }),
    ).toBe('Module "Wifi" not found');
  });

  test("Wifi comes up by itself and says so", () => {
    expect(
      run(
        `var w = require("Wifi"); print(w.getIP().ip); w.on("connected", function(i) { print(i.ip, w.getIP().ip); });`,
      ),
    ).toEqual(["0.0.0.0", "127.0.0.1 127.0.0.1"]);
  });
});

describe("Flash and Storage", () => {
  test("raw writes clear bits, erase a page of 4096, and want an integer", () => {
    expect(
      run(`
        var f = require("Flash"), a = 0x310000;
        f.write("\\x0f\\xff", a + 1);
        f.write("\\xf1", a + 1);
        print(f.read(4, a).join(), JSON.stringify(f.getPage(a + 5)));
        f.erasePage(a + 100);
        print(f.read(2, a).join());
        try { f.erasePage(1.5); } catch (e) { print(e.message); }
      `),
    ).toEqual([
      '255,1,255,255 {"addr":3211264,"length":4096}',
      "255,255",
      "Address should be an integer, got Number",
    ]);
  });

  test("Storage takes text, bytes and objects", () => {
    expect(
      run(`
        var s = require("Storage");
        s.write("o", { a: 1 }); s.write("b", [1, 255]); s.writeJSON("j", [1, 2]);
        print(s.read("o"), s.read("b").charCodeAt(1), s.readJSON("j").length, s.read("none"), s.readJSON("b", true));
        print(s.list(/^[bj]$/).join(), s.write("o", "x", -1));
        try { s.readJSON("b"); } catch (e) { print(e.type); }
        s.erase("o"); print(s.read("o"), s.getStats().fileCount, s.getFree() < 0xe0000);
      `),
    ).toEqual(['{"a":1} 255 2 undefined undefined', "b,j false", "SyntaxError", "undefined 3 true"]);
  });
});

describe("the idle loop", () => {
  test("emit queues: listeners run after what emits them, and an error of theirs waits for the last", () => {
    expect(
      run(`
        var o = {};
        o.on("a", function(x) { print("1" + x + (this === o)); });
        o.on("a", function() { throw new Error("no"); });
        o.on("a", function() { print("3"); });
        process.on("uncaughtException", function(e) { print("uncaught " + e.message); });
        o.emit("a", "x"); print("emitted");
        o.removeAllListeners("a"); o.emit("a");
      `),
    ).toEqual(["emitted", "1xtrue", "3", "uncaught no"]);
  });

  test("promises run from the queue; a rejection that nobody handles is printed", () => {
    expect(
      run(`
        Promise.all([Promise.resolve(1), new Promise(function(r) { setTimeout(r, 10, 2); })]).then(function(v) { print(v.join()); throw "late"; });
        Promise.reject("no"); new Promise(function() { throw "caught"; }).catch(print); print("first");
      `),
    ).toEqual([
      "first",
      "caught",
      "Uncaught Error: Unhandled promise rejection: no",
      "1,2",
      "Uncaught Error: Unhandled promise rejection: late",
    ]);
  });

  test("timers keep their beat, change it, and can be text", () => {
    expect(
      run(`
        var n = 0, id = setInterval(function() { print(Math.round(getTime() * 1000)); if (++n === 2) changeInterval(id, 200); if (n === 4) clearInterval(id); }, 50);
        setTimeout("print('text')", 75); clearTimeout(setTimeout(print, 5, "never"));
        try { clearTimeout(undefined); } catch (e) { print(e.message.slice(0, 23)); }
        setTime(0);
      `),
    ).toEqual(["clearTimeout(undefined)", "50", "text", "100", "300", "500"]);
  });

  test("pins: arrays take bits from the last, watches see edges once they hold", () => {
    const clock = manualClock();
    const board = boardWith(
      `digitalWrite([D12, D13, D14], 4); print(D12.read(), digitalRead([D12, D13, D14]), getPinMode(D14));
       setWatch(function(e) { print("up " + e.state + " " + typeof e.lastTime); }, D0, { repeat: true, edge: "rising", debounce: 20 });
       setWatch(function(e) { print("once " + e.state); }, D0);
       try { pinMode(D0, "sideways"); } catch (e) { print(e.message); }
       try { digitalWrite(77, 1); } catch (e) { print(e.message); }`,
      { clock },
    );
    board.powerOn();
    const press = (level: 0 | 1, ms: number) => {
      board.pins.drive(0, level);
      clock.advance(ms);
    };
    press(1, 5); // a bounce
    press(0, 30);
    press(1, 30);
    press(0, 30);
    press(1, 30);
    board.powerCut();
    expect(board.console).toEqual([
      "true 4 output",
      "Unknown pin mode",
      "Invalid pin",
      "once true",
      "up true undefined",
      "up true number",
    ]);
  });
});
