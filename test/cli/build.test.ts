import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addBuild } from "../../src/cli/build.js";
import { addExplain } from "../../src/cli/explain.js";
import { decodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { runVerb } from "../support/run-verb.js";

const fixtures = "test/espruino/build/fixtures";
let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-build-"));
  file = join(folder, "fixture.app");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("sluice build", () => {
  it("writes a sound bundle and its map, and says what it is", async () => {
    const { out, exitCode } = await runVerb(
      addBuild,
      "build",
      `${fixtures}/app`,
      "--board",
      "linux",
      "-o",
      file,
    );
    const bytes = readFileSync(file);
    expect(exitCode).toBe(0);
    expect(decodeBundle(bytes).header.name).toBe("fixture");
    expect(JSON.parse(readFileSync(`${file}.map`, "utf8")).version).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(["fixture.app", "fixture.app.map"]);
    expect(out.split("\n")).toEqual([
      `${file}  fixture@1.2.3 for linux`,
      `  bytes     ${bytes.length}`,
      `  SHA-256   ${createHash("sha256").update(bytes).digest("hex")}`,
      "  safe pins 25 low",
      "",
    ]);
  });

  it("says it in JSON for scripts, under another version", async () => {
    const flags = ["--board", "linux", "-o", file, "--version", "9.0.0", "--json"];
    const { out } = await runVerb(addBuild, "build", `${fixtures}/app`, ...flags);
    expect(JSON.parse(out)).toEqual({
      file,
      map: `${file}.map`,
      bytes: readFileSync(file).length,
      sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
      name: "fixture",
      version: "9.0.0",
      board: "linux",
      safePins: [{ pin: 25, level: 0 }],
      agentVersion: "",
      warnings: [],
    });
  });

  it("warns about a safe pin of the bundle before that the new one leaves alone", async () => {
    writeFileSync(join(folder, "main.ts"), "");
    const build = async (name: string, safePins: readonly object[]): Promise<unknown> => {
      writeFileSync(join(folder, "sluice.json"), JSON.stringify({ name, version: "1.0.0", safePins }));
      const { out } = await runVerb(addBuild, "build", folder, "--board", "linux", "-o", file, "--json");
      return (JSON.parse(out) as { warnings: string[] }).warnings;
    };
    const low = (pin: number) => ({ pin, level: 0 });
    expect(await build("shed", [low(25), low(26), low(33)])).toEqual([]);
    expect(await build("shed", [low(25), { pin: 26, level: 1 }, low(27)])).toEqual([
      "pin 26 has another safe level; the shed@1.0.0 that was there keeps it low",
      "pin 33 is no longer among the safe pins; the shed@1.0.0 that was there keeps it low",
    ]);
    expect(await build("shed", [low(25), { pin: 26, level: 1 }, low(27)])).toEqual([]);
    expect(await build("pond", [low(25)])).toEqual([]);
  });

  it("leaves the old bundle alone when the new one cannot be built", async () => {
    writeFileSync(file, "old");
    writeFileSync(join(folder, "sluice.json"), '{"name":"a","version":"1.0.0"}');
    writeFileSync(join(folder, "main.ts"), "print(new Map());");
    await expect(runVerb(addBuild, "build", folder, "--board", "linux", "-o", file)).rejects.toMatchObject({
      code: "UNSUPPORTED_SYNTAX",
    });
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  it.each([
    [
      ["build", "--board", "linux", "-o", "x"],
      "name either an app folder, one with a sluice.json, or --agent",
    ],
    [
      ["build", "devs/blink", "--agent", "--board", "linux", "-o", "x"],
      "name either an app folder, one with a sluice.json, or --agent",
    ],
  ])("%j is a wrong call", async (args, message) => {
    await expect(runVerb(addBuild, ...args)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      code: expect.stringMatching(/^commander\./),
    });
  });

  it("names the nearest board when it does not know one", async () => {
    const call = runVerb(addBuild, "build", "devs/blink", "--board", "esp32", "-o", file);
    await expect(call).rejects.toMatchObject({
      code: "UNKNOWN_BOARD",
      message: expect.stringContaining("esp32-devkit"),
    });
  });

  it("takes the board and the file's name from sluice.json, and this folder", async () => {
    const manifest = { $schema: "./schema.json", name: "shed", version: "1.2.0", board: "linux" };
    writeFileSync(join(folder, "sluice.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "main.ts"), "");
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { out } = await runVerb(addBuild, "build", "--json");
      expect(JSON.parse(out)).toMatchObject({ file: "shed-1.2.0.app", board: "linux" });
      expect(decodeBundle(readFileSync("shed-1.2.0.app")).header.version).toBe("1.2.0");
    } finally {
      process.chdir(before);
    }
  });

  it.each([[["devs/blink"]], [["--agent"]]])("%j without a board is refused", async (args) => {
    await expect(runVerb(addBuild, "build", ...args)).rejects.toMatchObject({ code: "NEEDS_BOARD" });
  });

  it("says when it cannot write", async () => {
    const nowhere = join(folder, "no", "where.app");
    const call = runVerb(addBuild, "build", `${fixtures}/app`, "--board", "linux", "-o", nowhere);
    await expect(call).rejects.toMatchObject({ code: "FILE_NOT_WRITABLE" });
  });
});

describe("sluice explain", () => {
  it("reads the trace from a file and names the TypeScript line", async () => {
    await runVerb(addBuild, "build", `${fixtures}/broken`, "--board", "linux", "-o", file);
    const column = Buffer.from(decodeBundle(readFileSync(file)).payload)
      .toString()
      .split("\n")[1]
      .indexOf("throw");
    const trace = join(folder, "trace.txt");
    writeFileSync(trace, `Uncaught Error: no hours\n    at n (sluice:1:${column + 1})\n`);
    const { out } = await runVerb(addExplain, "explain", trace, "--map", `${file}.map`);
    expect(out).toBe("Uncaught Error: no hours\n    at noHours (pump.ts:10:3)\n");
  });

  it("says which file is missing", async () => {
    await expect(runVerb(addExplain, "explain", "none.txt", "--map", "none.map")).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: expect.stringContaining("none."),
    });
  });
});
