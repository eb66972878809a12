import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageManager } from "../../src/cli/project-files.js";
import { manifestSchema } from "../../src/espruino/build/manifest-schema.js";
import { packageRoot } from "../../src/node/package-root.js";
import { sluice } from "../support/run-verb.js";

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "sluice-init-")), "Shed Nr 2");
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const file = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(file(name), "utf8");
const init = (...flags: string[]) => sluice("init", folder, ...flags);

/** What TypeScript finds in the project, by its own tsconfig.json. */
function faults(): string[] {
  mkdirSync(file("node_modules"));
  symlinkSync(packageRoot(), file("node_modules/sluice"));
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const config = ts.getParsedCommandLineOfConfigFile(file("tsconfig.json"), undefined, host);
  if (config === undefined) throw new Error("tsconfig.json is missing");
  const found = ts.getPreEmitDiagnostics(ts.createProgram(config.fileNames, config.options));
  return [...config.errors, ...found].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}

describe("a project of one's own", () => {
  test.each([
    ["blink", "main.ts", "commonjs"],
    ["garden", "main.ts", "module"],
    ["empty", "main.ts", undefined],
    ["javascript", "main.js", "commonjs"],
  ])("%s: it is checked by TypeScript, and builds", async (template, entry, type) => {
    if (type !== undefined) writeFileSync(file("package.json"), JSON.stringify({ name: "x", type }));
    const { code, out } = await init("--template", template, "--board", "esp32-devkit");
    expect(code).toBe(0);
    expect(out).toMatch(/^wrote package\.json, .*sluice\.json, \.gitignore, tsconfig\.json, \.github/);
    const manifest = JSON.parse(text("sluice.json"));
    expect(new Ajv().validate(manifestSchema, manifest)).toBe(true);
    expect(manifest).toMatchObject({ name: "shed-nr-2", board: "esp32-devkit", entry });
    expect(text(entry)).toContain('hostname: "shed-nr-2"');
    expect(faults()).toEqual([]);
    expect((await sluice("build", folder, "-o", file("shed.app"))).code).toBe(0);
    expect(JSON.parse(text("package.json"))).toMatchObject({
      ...(type === undefined ? { type: "module", private: true } : { name: "x", type }),
      scripts: {
        dev: "sluice dev",
        build: "sluice build",
        check: "tsc",
        upload: "sluice upload --to shed-nr-2.local",
      },
      devDependencies: { typescript: expect.any(String) },
    });
  });

  test("the garden keeps its pins safe; the C3's types are the C3's", async () => {
    await init("--template", "garden");
    expect(JSON.parse(text("sluice.json")).safePins).toContainEqual({ pin: 33, level: 0 });
    await init("--force", "--board", "esp32c3-devkit", "--template", "blink");
    expect(JSON.parse(text("tsconfig.json")).compilerOptions.types).toEqual(["sluice/esp32c3"]);
  });

  test.each([["blink"], ["garden"], ["empty"]])("DeviceScript: %s builds", async (template) => {
    await init("--template", template, "--board", "esp32-devicescript");
    expect((await sluice("build", folder, "-o", file("shed.devs"))).err).toBe(
      template === "garden"
        ? ""
        : "warning: shed-nr-2 names no safe pins: at start the runtime leaves every pin as the chip has it\n",
    );
    expect(existsSync(file("shed.devs"))).toBe(true);
    expect(JSON.parse(text("package.json"))).toMatchObject({
      scripts: { dev: "sluice dev --to shed-nr-2", upload: "sluice upload --to shed-nr-2" },
      devDependencies: { "@devicescript/cli": expect.any(String), "jacdac-ts": expect.any(String) },
    });
    expect(text(".github/workflows/firmware.yml")).toContain('"*.devs"');
  });

  test("a program that is there already is taken as it is", async () => {
    mkdirSync(file("src"));
    writeFileSync(file("src/door.js"), 'require("sluice").ota.begin({});');
    await init("--entry", "src/door.js", "--name", "door");
    expect(JSON.parse(text("sluice.json"))).toMatchObject({ name: "door", entry: "src/door.js" });
    expect(existsSync(file("main.ts"))).toBe(false);
    expect((await sluice("build", folder, "-o", file("door.app"))).code).toBe(0);
  });
});

describe("what is there", () => {
  test("is never overwritten without --force", async () => {
    writeFileSync(file("main.ts"), "mine");
    const refused = await init();
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^FILE_EXISTS: There already: main\.ts\. Nothing was written\./);
    expect(existsSync(file("sluice.json"))).toBe(false);
    expect(text("main.ts")).toBe("mine");
    expect((await init("--force")).code).toBe(0);
    expect(text("main.ts")).toContain("ota.begin");
  });

  test("stays where projects have it anyway, and so do scripts", async () => {
    writeFileSync(file(".gitignore"), "mine");
    writeFileSync(file("tsconfig.json"), "{}");
    writeFileSync(
      file("package.json"),
      '{"scripts":{"build":"make","test":"true"},"dependencies":{"sluice":"1"}}',
    );
    const { out } = await init();
    expect(text(".gitignore")).toBe("mine");
    expect(JSON.parse(text("package.json")).scripts).toMatchObject({
      build: "make",
      test: "true",
      dev: "sluice dev",
    });
    expect(out).toContain(
      'kept your .gitignore\nkept your tsconfig.json\n  its "types" should name "sluice/esp32"\n',
    );
    expect(out).toContain('kept your script "build" of package.json\n');
    expect(out).not.toContain("install sluice");
  });

  test.each([
    [["--name", "Shed 2"], 2, /lower-case letters/],
    [["--template", "pond"], 2, /Allowed choices are blink, garden, empty, javascript/],
    [["--board", "esp32c3-devkit", "--template", "garden"], 1, /^NO_TEMPLATE: .*take the template blink/],
    [["--board", "esp32-devicescript", "--template", "javascript"], 1, /^NO_TEMPLATE: DeviceScript takes/],
    [["--board", "arduino-esp8266-4m"], 1, /^NO_TEMPLATE: .*Arduino/],
    [["--board", "esp32"], 1, /did you mean esp32-devkit/],
    [["--entry", "door.js"], 1, /^FILE_NOT_READABLE: /],
  ])("%j is refused, and nothing is written", async (flags, code, message) => {
    const refused = await init(...flags);
    expect(refused).toMatchObject({ code, err: expect.stringMatching(message) });
    expect(existsSync(file("package.json"))).toBe(false);
  });
});

test("the package manager is the one of the lock file, else the one that runs", () => {
  expect(packageManager(folder, undefined)).toBe("npm");
  expect(packageManager(folder, "pnpm/10.1.0 npm/? node/v22")).toBe("pnpm");
  expect(packageManager(folder, "yarn/4.5.0 npm/? node/v22")).toBe("yarn");
  writeFileSync(file("package-lock.json"), "");
  expect(packageManager(folder, "pnpm/10.1.0")).toBe("npm");
  writeFileSync(file("pnpm-lock.yaml"), "");
  expect(packageManager(folder, undefined)).toBe("pnpm");
});
