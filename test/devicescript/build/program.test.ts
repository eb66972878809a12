import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Board, findBoard } from "../../../boards/index.js";
import { configHeaderLength } from "../../../src/core/image/devicescript-config.js";
import { anyTarget } from "../../../src/core/image/source.js";
import { withVersion } from "../../../src/devicescript/build/bytecode.js";
import { findCompiler } from "../../../src/devicescript/build/compiler.js";
import { buildProgram, type Program } from "../../../src/devicescript/build/program.js";
import { judgeBytes } from "../../../src/image/judge-file.js";
import { buildDevs } from "../../support/devs-image.js";

function board(id: string): Board {
  const found = findBoard(id);
  if (found === undefined) throw new Error(`no board ${id}`);
  return found;
}

const esp32 = board("esp32-devicescript");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-program-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A dev folder of its own. */
function dev(name: string, main: string, manifest: object = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(
    join(path, "sluice.json"),
    JSON.stringify({ name, version: "1.0.0", safePins: [], ...manifest }),
  );
  writeFileSync(join(path, "main.ts"), main);
  return path;
}

describe("devs/garden-devicescript", () => {
  let built: Program;
  beforeAll(async () => {
    built = await buildProgram({ dev: "devs/garden-devicescript", board: esp32 });
  });

  test("is a sealed program that says what it is and how its pins are safe", () => {
    expect(judgeBytes(built.bytes, anyTarget)).toMatchObject({
      fault: undefined,
      outer: {
        kind: "devicescript",
        hashChecked: true,
        program: { name: "garden", version: "2.0.0", major: 2, minor: 16 },
      },
    });
    expect([...built.facts.safePins].sort()).toEqual(["P25=0", "P26=0", "P27=0", "P33=0"]);
    expect(built.warnings).toEqual([]);
  });

  test("has the same bytes from a copy, inside a git repository and under another version of it", async () => {
    const copy = join(folder, "copy");
    for (const part of ["garden", "garden-devicescript"])
      cpSync(join("devs", part), join(copy, part), { recursive: true });
    mkdirSync(join(copy, ".git"));
    const request = { dev: join(copy, "garden-devicescript"), board: esp32 };
    const [again, other] = await Promise.all([
      buildProgram(request),
      buildProgram({ ...request, version: "2.0.1" }),
    ]);
    expect(Buffer.compare(Buffer.from(again.bytes), Buffer.from(built.bytes))).toBe(0);
    expect(again.debug).toBe(built.debug);
    expect(other.facts).toEqual({ ...built.facts, version: "2.0.1" });
    expect(other.bytes).not.toEqual(built.bytes);
  });

  test("tells nothing of the machine that built it", () => {
    for (const place of [process.cwd(), tmpdir()]) {
      expect(Buffer.from(built.bytes).includes(place)).toBe(false);
      expect(built.debug).not.toContain(place);
    }
  });
});

describe("what cannot be built says where and why", () => {
  test("a mistake, with file, line and column, in the dev folder and not in the copy", async () => {
    const path = dev("broken", 'console.log("a");\nconst pump: number = "on";\nconsole.log(pump);\n');
    await expect(buildProgram({ dev: path, board: esp32 })).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringMatching(/broken\/main\.ts:2:7: Type 'string' is not assignable/),
    });
  });

  test.each([
    [
      "a pin that cannot be an output",
      { safePins: [{ pin: 34, level: 0 }] },
      "BAD_MANIFEST",
      /pin 34 .* 4, 13/,
    ],
    ["a pin twice", { safePins: [1, 1].map(() => ({ pin: 4, level: 0 })) }, "BAD_MANIFEST", /twice/],
    ["a version that is none", { version: "new" }, "BAD_MANIFEST", /SemVer/],
    ["an entry that is not there", { entry: "other.ts" }, "FILE_NOT_READABLE", /other\.ts/],
  ])("%s", async (name, manifest, code, message) => {
    const path = dev(name.replaceAll(" ", "-"), "", { name: "bad", ...manifest });
    await expect(buildProgram({ dev: path, board: esp32 })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("a package that is not installed", async () => {
    const path = dev("package", 'import { drip } from "drip-counter";\ndrip();\n');
    await expect(buildProgram({ dev: path, board: esp32 })).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringContaining("drip-counter"),
    });
  });

  test("a board without DeviceScript", async () => {
    await expect(
      buildProgram({ dev: "devs/garden-devicescript", board: board("arduino-esp8266-4m1m") }),
    ).rejects.toMatchObject({
      code: "NO_DEVICESCRIPT_FIRMWARE",
      message: expect.stringContaining("arduino-esp8266-4m1m"),
    });
  });

  test("a project without the compiler: what to install", () => {
    expect(() => findCompiler(folder, folder)).toThrow(
      expect.objectContaining({ code: "NO_DEVICESCRIPT", remedy: expect.stringContaining("2.16.4") }),
    );
  });
});

describe("another version in a program", () => {
  const config = (image: Uint8Array): Buffer =>
    Buffer.from(image.subarray(Buffer.from(image).readUInt32LE(104)));

  test("leaves everything else as it was, its hash above all, so that the board is not reset", () => {
    for (const settings of [
      { "@name": "a" },
      { "@name": "a", "@version": "1.0.0", "sPin.P4": 1, devName: "b" },
    ]) {
      const before = buildDevs({ config: settings });
      const after = withVersion(before, "12.0.0-rc.1");
      const [was, is] = [before, after].map((image) => judgeBytes(image, anyTarget));
      expect(is.fault).toBeUndefined();
      expect(is.outer.program).toEqual({ ...was.outer.program, version: "12.0.0-rc.1" });
      expect(config(after).subarray(16, 24)).toEqual(config(before).subarray(16, 24));
      expect(config(after).length).toBeGreaterThan(configHeaderLength);
      expect(withVersion(after, "12.0.0-rc.1")).toEqual(after);
    }
  });
});
