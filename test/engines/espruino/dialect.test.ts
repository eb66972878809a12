import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowed, asScript, refused } from "../../espruino/build/dialect-cases.js";

// The path of Espruino for Linux; without it nothing here is known, and is reported as skipped.
const engine = process.env["ESPRUINO"] ?? "";

describe.skipIf(engine === "")("the real engine", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dialect-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** True when the engine returns `true`; anything else, an exception and a crash included, is false. */
  function runs(body: string): boolean {
    const script = JSON.stringify(asScript(body));
    writeFileSync(
      join(folder, "case.js"),
      `try { var r = eval(${script}); print("@" + (r === true)); } catch (e) { print("@no"); }\nquit();\n`,
    );
    const { stdout } = spawnSync(engine, ["case.js"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    expect(stdout).toContain("espruino.com");
    // Out of memory, the engine quotes its source; that does not have this word.
    return stdout.includes("@true");
  }

  it.each(refused)("cannot run %s: %s", (_rule, body) => {
    expect(runs(body)).toBe(false);
  });

  it.each(allowed)("runs %s", (body) => {
    expect(runs(body)).toBe(true);
  });
});
