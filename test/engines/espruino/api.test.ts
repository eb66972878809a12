import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";

const engine = process.env["ESPRUINO"];

/** Each is run by the real engine and by the virtual board; what they say must be the same. */
const scripts: Readonly<Record<string, string>> = {
  bytes: `
    say(E.toString([1, 2], "x", new Uint8Array([65]), { data: "y", count: 2 }));
    say(E.toUint8Array("ab", 3, [4, { data: 5, count: 2 }] ).join());
    say(E.CRC32("abc")); say(E.CRC32([1, 2, 3])); say(E.CRC32(new Uint8Array([1, 2, 3]).buffer));
    say(E.toArrayBuffer("abc").byteLength); say(E.toString(new Uint16Array([65, 66])));`,
  storage: `
    var s = require("Storage");
    s.write("o", { a: 1 }); s.write("b", [1, 255]); s.write("t", "text", 0, 8); s.write("t", "more", 4);
    say(s.read("o")); say(s.read("b").length); say(s.read("t")); say(s.read("t", 2, 3)); say(s.read("none"));
    say(JSON.stringify(s.readJSON("o"))); say(s.list().join()); say(s.list(/^[ob]$/).join());
    try { s.write("t", "zz", 3); } catch (e) { say(e.message); }
    try { s.write("e", ""); } catch (e) { say(e.message); }
    say(s.write("o", "x", -1)); s.erase("o"); say(s.read("o")); say(s.getFree()); say(JSON.stringify(s.getStats()));
    say(require("Storage").readArrayBuffer("b").byteLength); say(s.write("t", "text", 0, 8)); say(s.read("t").length);`,
  flash: `
    var f = require("Flash"), a = 0x10000000 + 4096;
    f.write("\\x0f\\xff\\x10", a + 1); f.write("\\xf1", a + 1); say(f.read(6, a).join());
    f.erasePage(a + 5); say(f.read(6, a).join()); say(JSON.stringify(f.getPage(a + 5)));
    say(JSON.stringify(f.getFree())); say(f.read(0, a)); try { f.write(undefined, a); } catch (e) { say(e.message); }`,
  crypto: `
    var c = require("crypto");
    say(new Uint8Array(c.SHA1("abc")).join()); say(new Uint8Array(c.SHA256("abc")).join()); say(c.SHA512("").byteLength);
    say(new Uint8Array(c.PBKDF2("pw", "salt", { keySize: 8, iterations: 3, hasher: "SHA256" })).join());
    say(c.PBKDF2("pw", "salt", { hasher: "SHA1" }).byteLength);`,
  modules: `
    Modules.addCached("m", "exports.a = 1; exports.t = typeof module;");
    Modules.addCached("f", function() { exports.x = 2; });
    Modules.addCached("n", "module.exports = 7;");
    require("Storage").write("file", "exports.y = 3;");
    say(require("m").a); say(require("m").t); say(require("f").x); say(require("n")); say(require("file").y);
    say(require("m") === require("m")); Modules.removeCached("m");
    try { require("m"); } catch (e) { say(e.message); }
    try { Modules.addCached(1, 2); } catch (e) { say(e.message); }`,
  events: `
    var o = {};
    o.on("a", function(x, y) { say("1" + x + y + (this === o)); });
    o.on("a", function() { say("2"); });
    o.emit("a", 5, 6); say("emitted"); o.removeAllListeners("a"); o.emit("a"); o.on("a", function() { say("3"); });
    o.emit("a"); try { o.on(5, say); } catch (e) { say(e.message); } try { o.on("b", 5); } catch (e) { say(e.message); }
    process.on("uncaughtException", function(e) { say("uncaught " + e.message); });
    setTimeout(function() { say("before"); throw new Error("boo"); }, 5); setTimeout(function() { say("after"); }, 20);`,
  timers: `
    var n = 0;
    var i = setInterval(function(a) { say("tick" + a); n++; if (n === 3) clearInterval(i); if (n === 2) changeInterval(i, 30); }, 10, "x");
    setTimeout("say('text')", 95); clearTimeout(setTimeout(say, 1, "never"));
    setTimeout(function() { say("soon"); }, 4); say("sync"); try { clearTimeout(undefined); } catch (e) { say("threw"); }
    Promise.resolve(1).then(function(v) { say("then" + v); return Promise.resolve(2); }).then(function(v) { say("then" + v); throw "x"; }).catch(function(e) { say("catch" + e); });
    say("end");`,
  names: `
    say([typeof Map, typeof Symbol, typeof Promise, typeof Array.from, typeof "".codePointAt, typeof Math.imul].join());
    say([typeof process.env.BOARD, typeof process.memory().free, typeof E.reboot, typeof peek32, typeof getSerial()].join());
    say(btoa("a\\xffb") + atob("aGk="));
    say([typeof Pin, typeof setWatch, typeof digitalWrite, typeof atob, typeof globalThis, typeof InternalError].join());`,
};

const prologue = `function say(x) { print("#" + x); }\n`;

function theirs(script: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), "sluice-api-"));
  try {
    writeFileSync(join(directory, "s.js"), `${prologue}${script}\nsetTimeout(quit, 400);`);
    const output = execFileSync(engine ?? "", ["s.js"], {
      cwd: directory,
      encoding: "latin1",
      timeout: 30_000,
    });
    // what its prompt leaves behind may stand in front of a line
    return [...output.matchAll(/#[^\r\n]*/g)].map(([line]) => line);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ours(script: string): Promise<string[]> {
  const board = new VirtualBoard({ board: linux });
  const ended = board.waitFor((event) => event.event === "console" && event["text"] === "#quit", 10_000);
  board.powerOn();
  board.run(`${prologue}${script}\nsetTimeout(function() { say("quit"); }, 400);`, "script");
  await ended;
  await board.stop();
  return board.console.filter((line) => line.startsWith("#") && line !== "#quit");
}

test.skipIf(!engine).each(Object.keys(scripts))(
  "%s: the virtual board says what Espruino says",
  async (name) => {
    const script = scripts[name] ?? "";
    expect(await ours(script)).toEqual(theirs(script));
  },
);
