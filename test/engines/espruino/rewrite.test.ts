import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { refused } from "../../espruino/build/dialect-cases.js";
import { builtCase, isRewritten } from "../../espruino/build/rewrite-cases.js";

const engine = process.env["ESPRUINO"] ?? "";
const folder = mkdtempSync(join(tmpdir(), "rewrite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(engine === "")("the real engine runs as the language has it, once it is rewritten,", () => {
  it.each(refused.filter(isRewritten))("%s: %s", async (_rule, body) => {
    writeFileSync(
      join(folder, "case.js"),
      `${await builtCase(folder, body)}\nprint("@" + (result === true));\nquit();\n`,
    );
    const { stdout } = spawnSync(engine, ["case.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    expect(stdout).toContain("@true");
  });
});
