import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../../src/node/package-root.js";
import { coreFiles, programOfCore } from "../../support/core-program.js";

const compiler = join(packageRoot(), "node_modules/@devicescript/cli/devicescript");

describe("the DeviceScript compiler", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "devicescript-"));
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "devsconfig.json"), "{}");
    writeFileSync(join(folder, "package.json"), '{"name":"core","version":"1.0.0"}');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Compiles src/main.ts; the errors, one a line. */
  function errorsOf(main: string): string[] {
    writeFileSync(join(folder, "src/main.ts"), main);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [compiler, "build", "src/main.ts", "--ignore-missing-config"],
      { cwd: folder, encoding: "utf8", timeout: 100_000, killSignal: "SIGKILL" },
    );
    const said = stripVTControlCharacters(stdout + stderr);
    if (status === 0) expect(existsSync(join(folder, ".devicescript/bin/bytecode.devs"))).toBe(true);
    return status === 0 ? [] : said.split("\n").filter((line) => /error|assert|exceed/i.test(line));
  }

  // In several programs, since one may have 64 KB of code at most.
  const talks = (file: string): boolean => /^(?:pull|web|mdns)\//.test(file);
  it.each([
    ["pull, web, mdns", talks],
    ["other folders", (file: string) => file.includes("/") && !talks(file)],
    ["top", (file: string) => !file.includes("/")],
  ])("compiles every function and method of the core: %s", (_part, belongs) => {
    cpSync(join(packageRoot(), "src/core"), join(folder, "src/core"), { recursive: true });
    expect(errorsOf(programOfCore("./core", coreFiles().filter(belongs)))).toEqual([]);
  });

  it("looks into methods that nobody calls, so that the test above can fail", () => {
    const method = "export class Kept { never(): number { const o = { f() { return 1 } }; return o.f(); } }";
    const errors = errorsOf(`${method}\nconst keep: unknown[] = [];\nkeep.push(Kept);\n`);
    expect(errors.join()).toMatch(/main\.ts:1:\d+ - error TS9999: unsupported initializer MethodDeclaration/);
  });
});
