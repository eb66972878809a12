import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findTools, runScript } from "../../../../src/host/flash/running/espruino-tools.js";
import { type EspruinoFacts, judgeFacts, readFacts } from "../../../../src/host/flash/running/install.js";
import { boardNamed, esp32 } from "../../../support/test-bundles.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "running-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands in for npm's `espruino`; the real one meets the real engine in test/engines/espruino/running.test.ts. */
function tools(code: string): string {
  const file = join(folder, "espruino-cli.js");
  writeFileSync(file, code);
  return file;
}

const fine: EspruinoFacts = { board: "ESP32", version: "2v29", files: 0, boot: 0 };

describe("a board that runs Espruino", () => {
  test("says what it is between other things", async () => {
    const said = `Connecting\n>print("#sluice "+…\n#sluice ${JSON.stringify(fine)}\r\n>`;
    const asked = { tools: tools(`process.stdout.write(${JSON.stringify(said)})`), port: "tcp://127.0.0.1" };
    expect(await readFacts(asked)).toEqual(fine);
  });

  test.each<[string, Partial<EspruinoFacts>, boolean, string, RegExp]>([
    [
      "is too old",
      { version: "2v25.12" },
      false,
      "ESPRUINO_TOO_OLD",
      /runs Espruino 2v25\.12; 2v26 or newer/,
    ],
    ["is too old by far", { version: "1v99" }, true, "ESPRUINO_TOO_OLD", /1v99/],
    ["is another board", { board: "ESP8266_4MB" }, true, "WRONG_BOARD", /ESP8266_4MB.*ESP32; nothing/],
    ["holds files", { files: 3 }, false, "STORAGE_NOT_EMPTY", /3 files; nothing was written/],
    ["starts a program", { files: 1, boot: 1 }, true, "STORAGE_NOT_EMPTY", /nothing was written/],
  ])("is refused when it %s", (_what, change, erase, code, text) => {
    const judge = () => judgeFacts({ ...fine, ...change }, esp32, erase);
    expect(judge).toThrow(text);
    expect(judge).toThrow(expect.objectContaining({ code }));
  });

  test("is taken as new, and with --erase also when it holds files", () => {
    judgeFacts(fine, esp32, false);
    judgeFacts({ ...fine, version: "3v0", files: 3 }, esp32, true);
    // Releases up to 2v29 have the one, newer builds the other.
    for (const board of ["ESP32C3_IDF4", "ESP32C3_IDF5"])
      judgeFacts({ ...fine, board }, boardNamed("esp32c3-devkit"), false);
  });
});

describe("a port where none answers", () => {
  test.each([
    ["is silent", ""],
    ["says something else", 'console.log("$GPGGA,123519")'],
    ["cannot be opened", 'console.error("Unable to connect!"); process.exit(1)'],
  ])("%s", async (_what, code) => {
    const asked = readFacts({ tools: tools(code), port: "/dev/ttyUSB7" });
    await expect(asked).rejects.toMatchObject({
      code: "NO_ESPRUINO_ON_PORT",
      message: expect.stringContaining("/dev/ttyUSB7"),
    });
  });

  test("does not hold the command up", async () => {
    const run = {
      tools: tools("setInterval(() => {}, 1000)"),
      port: "COM3",
      expression: "1",
      answer: /#/,
      timeoutMs: 300,
    };
    await expect(runScript(run)).rejects.toMatchObject({ code: "NO_ESPRUINO_ON_PORT" });
    const signal = AbortSignal.abort();
    await expect(runScript({ ...run, timeoutMs: 60_000, signal })).rejects.toMatchObject({
      code: "FLASH_CANCELLED",
    });
  });
});

describe("npm's espruino", () => {
  test("is found in the project, then on the PATH", () => {
    const inProject = join(folder, "project/node_modules/espruino");
    mkdirSync(inProject, { recursive: true });
    writeFileSync(join(inProject, "package.json"), "{}");
    mkdirSync(join(folder, "bin"));
    const real = tools("");
    symlinkSync(real, join(folder, "bin/espruino"));
    const environment = { PATH: join(folder, "bin") };
    expect(findTools(environment, join(folder, "project"))).toBe(join(inProject, "bin/espruino-cli.js"));
    expect(findTools(environment, folder)).toBe(real);
  });

  test("is asked for when it is not there", () => {
    writeFileSync(join(folder, "espruino"), "another program of that name");
    expect(() => findTools({ PATH: folder }, folder)).toThrow(
      expect.objectContaining({
        code: "ESPRUINO_TOOLS_MISSING",
        remedy: expect.stringContaining("npm install"),
      }),
    );
  });
});
