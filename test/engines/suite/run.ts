import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { parts } from "./parts.js";
import { type Runtime, Suite } from "./suite.js";

export const folder = join(packageRoot(), "test/engines/suite");

/** All cases of a part in this process. @returns the lines that it printed */
export function runHere(part: string, runtime: Omit<Runtime, "say">): string[] {
  const lines: string[] = [];
  const suite = new Suite({ ...runtime, say: (line) => void lines.push(line) });
  parts[part](suite);
  for (let index = 0; index < suite.count(); index++) suite.run(index);
  return lines;
}

function caseNames(part: string): string[] {
  const suite = new Suite({ bytes: nodeBytes, crypto: nodeCrypto, say: () => undefined });
  parts[part](suite);
  return Array.from({ length: suite.count() }, (_, index) => suite.nameOf(index));
}

/**
 * The program of one part for an engine that runs it by itself.
 * @param runtime file that exports `runtime`
 */
export function programOf(part: string, runtime: string): string {
  return [
    `import { ${part} } from ${JSON.stringify(join(folder, `${part}.js`))};`,
    `import { Suite } from ${JSON.stringify(join(folder, "suite.js"))};`,
    `import { runtime } from ${JSON.stringify(runtime)};`,
    "const suite = new Suite(runtime);",
    `${part}(suite);`,
    "for (let index = 0; index < suite.count(); index++) suite.run(index);",
    'runtime.say("#end");',
    "",
  ].join("\n");
}

/**
 * One test for each case of the suite, from an engine's output: a case without a line has failed.
 * @param engine undefined: the engine is not here, and each test is reported as skipped
 */
export function suiteTests(
  engine: ((part: string) => readonly string[] | Promise<readonly string[]>) | undefined,
  only: readonly string[] = Object.keys(parts),
): void {
  describe.each(only)("%s", (part) => {
    let said: Promise<readonly string[]> | undefined;
    test.skipIf(engine === undefined).each(caseNames(part))("%s", async (name) => {
      said ??= Promise.resolve(engine?.(part) ?? []);
      const lines = await said;
      const own = lines.filter((line) => line === `#ok ${name}` || line.startsWith(`#no ${name}:`));
      expect(own, lines.slice(-5).join("\n")).toEqual([`#ok ${name}`]);
    });
  });
}
