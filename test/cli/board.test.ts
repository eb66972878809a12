import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { esp32Devkit } from "../../boards/esp32-devkit.js";
import { makeFlash, openState } from "../../src/board/board-flash.js";
import { Storage } from "../../src/board/storage.js";

const cli = join(import.meta.dirname, "../../bin/sluice.js");
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sluice-board-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A state directory whose firmware is one script. */
async function stateWith(name: string, script: string): Promise<string> {
  const directory = join(root, name);
  const chip = makeFlash(esp32Devkit);
  const { offset, size } = esp32Devkit.espruino?.storage ?? { offset: 0, size: 0 };
  new Storage(chip, offset, size).write(".boot0", Buffer.from(script));
  const kept = await openState(esp32Devkit, directory, async () => chip.read(0, chip.size));
  kept.close();
  return directory;
}

interface Running {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves with the first line that fits. */
  readonly line: (fits: RegExp) => Promise<string>;
  readonly exit: Promise<[code: number | null, signal: string | null]>;
}

function sluice(...args: string[]): Running {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, SLUICE_PASSWORD: "" } });
  let text = "";
  const exit = once(child, "close") as Promise<[number | null, string | null]>;
  const take = (data: Buffer): void => {
    text += data.toString();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const line = (fits: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = text
          .split("\n")
          .slice(0, -1)
          .find((one) => fits.test(one));
        if (found !== undefined) resolve(found);
      };
      child.stdout.on("data", look);
      look();
      void exit.then(() => reject(new Error(`ended without ${fits}:\n${text}`)));
    });
  return { process: child, output: () => text, line, exit };
}

const firmware = `
  var s = require("Storage");
  var boots = (s.read("boots") || "").length;
  s.write("boots", "x".repeat(boots + 1));
  require("dgram").createSocket("udp4").bind(3232, function() {
    E.emit("sluice", { event: "ready", udp: 3232, app: "toy@1.0.0", slot: "a", boots: boots });
  });`;

describe.concurrent("sluice board", () => {
  test("survives kill -9 on the same state, at the last written byte", async () => {
    const state = await stateWith("kill", firmware);
    const first = sluice("board", "--state", state, "--port", "0", "--json");
    const ready = JSON.parse(await first.line(/"ready"/)) as { boots: number; udp: number };
    expect(ready.boots).toBe(0);
    expect(ready.udp).toBeGreaterThan(0);
    first.process.kill("SIGKILL");
    expect(await first.exit).toEqual([null, "SIGKILL"]);

    const second = sluice("board", "--state", state, "--port", "0");
    expect(await second.line(/^ready /)).toMatch(/^ready udp=\d+ app=toy@1\.0\.0 slot=a$/);
    second.process.kill("SIGTERM");
    expect(await second.exit).toEqual([0, null]);
    const chip = makeFlash(esp32Devkit, readFileSync(join(state, "flash.bin")));
    const { offset, size } = esp32Devkit.espruino?.storage ?? { offset: 0, size: 0 };
    expect(new Storage(chip, offset, size).read("boots")?.length).toBe(2);
  });

  test("will not make a board that anyone may update, unless told so", async () => {
    const refused = sluice("board", "--state", join(root, "none"));
    expect((await refused.exit)[0]).toBe(1);
    expect(refused.output()).toMatch(/^NO_PASSWORD_SET: .*\n {2}Give --password-file/);
  });

  test("says where boards are listed, and whose state it was given", async () => {
    const unknown = sluice("board", "--board", "toaster", "--open");
    expect((await unknown.exit)[0]).toBe(1);
    expect(unknown.output()).toMatch(/^UNKNOWN_BOARD: there is no board "toaster"\n.*sluice boards/);
    const state = await stateWith("other", firmware);
    const other = sluice("board", "--board", "esp32s3-devkit", "--state", state);
    expect((await other.exit)[0]).toBe(1);
    expect(other.output()).toMatch(
      /^STATE_OF_ANOTHER_BOARD: .* holds a esp32-devkit, not a esp32s3-devkit\./,
    );
  });

  test("tells when its port is taken, and when the call is wrong", async () => {
    const state = await stateWith("port", firmware);
    const first = sluice("board", "--state", state, "--port", "0", "--json");
    const { udp } = JSON.parse(await first.line(/"ready"/)) as { udp: number };
    const second = sluice("board", "--state", await stateWith("port2", firmware), "--port", String(udp));
    expect((await second.exit)[0]).toBe(1);
    expect(second.output()).toContain("PORT_TAKEN: ");
    first.process.kill("SIGINT");
    expect((await first.exit)[0]).toBe(0);
    const wrong = sluice("board", "--speed", "fast");
    expect((await wrong.exit)[0]).toBe(2);
  });

  test.each([
    [
      "has an empty loader",
      ";",
      /^NOTHING_RUNS: Nothing runs on the board any more: Storage holds no program that goes on\./m,
    ],
    [
      "runs to its end",
      'print("no sound agent");',
      /^NOTHING_RUNS: .*: the console's last line is "no sound agent"\./m,
    ],
    ["ends the interpreter", "setTimeout(quit, 100);", /^NOTHING_RUNS: .*: Storage holds no program/m],
  ])("a board that %s ends with its reason, not without a word", async (what, script, reason) => {
    const board = sluice("board", "--state", await stateWith(what, script), "--port", "0");
    expect((await board.exit)[0]).toBe(1);
    expect(board.output()).toMatch(reason);
  });

  test("a wiring that is none is refused before anything starts", async () => {
    const file = join(root, "wiring.json");
    writeFileSync(file, "{");
    const refused = sluice("board", "--open", "--bench", file);
    expect((await refused.exit)[0]).toBe(1);
    expect(refused.output()).toMatch(/^BAD_WIRING: /);
  });
});
