import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { esp32Devkit } from "../../../boards/esp32-devkit.js";
import { boards } from "../../../boards/index.js";
import { buildBundle, bundleScript } from "../../../src/espruino/build/bundle.js";

const linux = boards.find(({ id }) => id === "linux") ?? boards[0];
const app = "test/espruino/build/fixtures/app";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "build-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A dev folder with one file. */
function dev(source: string, manifest: object = { name: "a", version: "1.0.0" }): string {
  const made = mkdtempSync(join(folder, "dev-"));
  writeFileSync(join(made, "sluice.json"), JSON.stringify(manifest));
  writeFileSync(join(made, "main.ts"), source);
  return made;
}

describe("a dev folder", () => {
  it("becomes one script that runs with the agent it finds by require", async () => {
    const { code, header, warnings } = await buildBundle({ dev: app, board: linux });
    const said: string[] = [];
    const begun: unknown[] = [];
    runInNewContext(code, {
      require: (name: string) => ({ ota: { begin: (options: unknown) => begun.push(name, options) } }),
      print: (text: string) => said.push(text),
    });
    expect(said).toEqual(["linux 2 zones, valve 26: 5 min, closed at 20 °C\nbye"]);
    expect(begun).toHaveLength(2);
    expect(begun[0]).toBe("sluice");
    expect(header).toMatchObject({ name: "fixture", version: "1.2.3", kind: 1, family: 15 });
    expect(warnings).toEqual([]);
  });

  it("stands in three lines of ASCII without helpers of the bundler", async () => {
    const { code } = await buildBundle({ dev: app, board: linux });
    expect(code).toMatch(/^\(function\(\)\{\n[ -~]+\n\}\)\(\);$/);
    expect(code).not.toMatch(/__|defineProperty|import\(/);
  });

  it("gives the same bytes from another folder", async () => {
    const copy = join(folder, "copy");
    cpSync(app, copy, { recursive: true });
    const [here, there] = await Promise.all([
      buildBundle({ dev: app, board: linux }),
      buildBundle({ dev: copy, board: linux }),
    ]);
    expect(there.bytes).toEqual(here.bytes);
    expect(there.map).toBe(here.map);
  });

  it("may be built under another version and from another manifest", async () => {
    const other = join(folder, "other.json");
    writeFileSync(other, JSON.stringify({ name: "other", version: "3.0.0", entry: "main.ts" }));
    const { header, warnings } = await buildBundle({
      dev: app,
      board: linux,
      manifest: other,
      version: "4.0.0-rc.1",
    });
    expect(header).toMatchObject({ name: "other", version: "4.0.0-rc.1" });
    expect(warnings).toEqual([
      "other names no safe pins: at start the loader leaves every pin as the chip has it",
    ]);
  });

  it("names every place that the engine cannot run, in TypeScript", async () => {
    const wrong = dev(
      "const seen = new Map<string, number>();\nfunction* all() {\n  yield seen;\n}\nconsole.log(all());\nclass S { #cal = 3; get() { return this.#cal; } }\nconsole.log(new S().get());\n",
    );
    const error = await buildBundle({ dev: wrong, board: linux }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "UNSUPPORTED_SYNTAX" });
    const lines = String(error).split("\n");
    expect(lines.map((line) => line.replace(/^.*?main/, "main"))).toEqual([
      expect.stringMatching(/^main\.ts:1:18: `Map`.*Write instead: an object/),
      expect.stringMatching(/^main\.ts:2:1: a generator \(`function\*`\)/),
      expect.stringMatching(/^main\.ts:3:3: `yield`/),
      expect.stringMatching(/^main\.ts:6:11: the private name `#cal`/),
      expect.stringMatching(/^main\.ts:6:\d+: the private name `#cal`/),
    ]);
  });

  it("names file, line and column of what does not compile", async () => {
    const wrong = dev("import { a } from './missing.js';\nconsole.log(a);\n");
    await expect(buildBundle({ dev: wrong, board: linux })).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringMatching(/main\.ts:1:\d+: Could not resolve/),
    });
  });

  it("is refused when it does not fit its slot", async () => {
    const much = dev(`console.log(${JSON.stringify("x".repeat(64 * 1024))});`);
    await expect(buildBundle({ dev: much, board: linux })).rejects.toMatchObject({
      code: "BUNDLE_TOO_LARGE",
    });
  });

  it("is refused for a board without Espruino", async () => {
    const { espruino: _, ...board } = linux;
    await expect(buildBundle({ dev: app, board })).rejects.toMatchObject({
      code: "NO_ESPRUINO",
    });
  });

  it.each([
    [{ name: "a b", version: "1.0.0" }, "the name"],
    [{ name: "a", version: "1" }, "the version"],
  ])("with the manifest %j is refused before anything is compiled", async (manifest, message) => {
    await expect(buildBundle({ dev: dev("syntax error", manifest), board: linux })).rejects.toThrow(message);
  });
});

describe("the agent", () => {
  const entry = "test/espruino/build/fixtures/agent.ts";

  it("is a module that assigns its exports", async () => {
    const { code } = await bundleScript({ entry, kind: "agent", board: linux });
    const exported: { ota?: { board: string; big: () => boolean } } = {};
    const engine = { require: () => undefined, setTimeout: () => 0 };
    runInNewContext(code, { exports: exported, ...engine });
    expect(exported.ota?.board).toBe("linux");
    expect(exported.ota?.big()).toBe(true);
  });

  it("carries nothing of what its board does not have", async () => {
    const [small, large] = await Promise.all(
      [linux, esp32Devkit].map((board) => bundleScript({ entry, kind: "agent", board })),
    );
    expect(large.code).toContain("only with two slots");
    expect(small.code).not.toContain("only with two slots");
  });

  it("never gets a name from the minifier that the engine reserves", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `export const f${i} = { a: ${i} };`);
    const file = join(folder, "many.ts");
    writeFileSync(
      file,
      `${many.join("\n")}\nexport const all = [${many.map((_, i) => `f${i}`).join()}];\nconsole.log(all);`,
    );
    const { code } = await bundleScript({ entry: file, kind: "loader", board: linux });
    expect(code).not.toMatch(/\bof\b/);
    expect(code).toMatch(/\bog\b|\boh\b|\boe\b/);
  });
});
