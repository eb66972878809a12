import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/node/package-root.js";
import { parts } from "../suite/parts.js";
import { suiteTests } from "../suite/run.js";
import { compile, runProgram } from "./run-program.js";

/** Case by case with a pause between: the VM ends a program that computes for long without one. */
function programOf(part: string, from: string): string {
  const tests = relative(from, join(packageRoot(), "test/engines")).split(sep).join("/");
  return [
    `import { restart, sleep } from "@devicescript/core";`,
    `import { ${part} } from "${tests}/suite/${part}.js";`,
    `import { Suite } from "${tests}/suite/suite.js";`,
    `import { runtime } from "${tests}/devicescript/programs/suite-runtime.js";`,
    "const suite = new Suite(runtime);",
    `${part}(suite);`,
    "for (let index = 0; index < suite.count(); index++) { suite.run(index); await sleep(1); }",
    "restart();",
    "",
  ].join("\n");
}

async function run(source: (folder: string) => string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-suite-"));
  try {
    writeFileSync(join(folder, "main.ts"), source(folder));
    return await runProgram(await compile(join(folder, "main.ts")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the core in the DeviceScript VM", () => {
  // Not the updates over espota into flash of the board's own: no DeviceScript board does that, and the part's bundles
  // take more steps at a stretch than the VM allows.
  const fitting = Object.keys(parts).filter((part) => part !== "update");
  suiteTests((part) => run((folder) => programOf(part, folder)), fitting);

  test("a program that throws fails the run", async () => {
    await expect(run(() => 'throw new Error("no water");\n')).rejects.toThrow(/no water/);
  });
});
