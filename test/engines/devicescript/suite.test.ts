import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/espruino/build/package-root.js";
import { suiteTests } from "../suite/run.js";
import { compile, runProgram } from "./run-program.js";

/** Case by case with a pause between: the VM ends a program that computes for long without one. */
function programOf(part: string): string {
  return [
    `import { restart, sleep } from "@devicescript/core";`,
    `import { ${part} } from "../../suite/${part}.js";`,
    `import { Suite } from "../../suite/suite.js";`,
    `import { runtime } from "../programs/suite-runtime.js";`,
    "const suite = new Suite(runtime);",
    `${part}(suite);`,
    "for (let index = 0; index < suite.count(); index++) { suite.run(index); await sleep(1); }",
    "restart();",
    "",
  ].join("\n");
}

async function inTheVm(part: string): Promise<string[]> {
  const folder = mkdtempSync(join(packageRoot(), "test/engines/devicescript/suite-"));
  try {
    writeFileSync(join(folder, "main.ts"), programOf(part));
    return await runProgram(await compile(join(folder, "main.ts")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the core in the DeviceScript VM", () => {
  suiteTests(inTheVm);

  test("a program that throws fails the run", async () => {
    const folder = mkdtempSync(join(packageRoot(), "test/engines/devicescript/suite-"));
    try {
      writeFileSync(join(folder, "main.ts"), 'throw new Error("no water");\n');
      await expect(runProgram(await compile(join(folder, "main.ts")))).rejects.toThrow(/the VM/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
