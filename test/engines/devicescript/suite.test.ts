import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/espruino/build/package-root.js";
import { suiteTests } from "../suite/run.js";
import { compile, runProgram } from "./run-program.js";

/**
 * What computes for longer than the VM allows without a pause (131,072 steps): the core's calls come back at once, and
 * these work through more bytes at a stretch than a DeviceScript board ever has to.
 */
const tooLong = [
  "nothing in a datagram harms",
  "a damaged byte is found wherever it lies",
  "an image that is cut short is found",
  "a bundle is judged by its header, its length and its code",
  "two blocks take turns, and nothing is lost between them",
  "power cuts alone end a trial only after twelve",
  "the last whole note is found again",
  "an update goes from invitation to the next start",
  "the second update goes to the other slot once the first is confirmed",
  "a wrong password moves nothing",
  "a valve that does not close refuses the update",
  "what is damaged on the way never runs",
  "silence, a surplus byte and a closed connection end it",
  "bytes that are there already are not written again",
  "a form comes apart however it is cut",
];

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
    `const tooLong: string[] = ${JSON.stringify(tooLong)};`,
    "for (let index = 0; index < suite.count(); index++) {",
    "  if (tooLong.indexOf(suite.nameOf(index)) < 0) suite.run(index);",
    "  await sleep(1);",
    "}",
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
  suiteTests((part) => run((folder) => programOf(part, folder)), undefined, tooLong);

  test("a program that throws fails the run", async () => {
    await expect(run(() => 'throw new Error("no water");\n')).rejects.toThrow(/no water/);
  });
});
