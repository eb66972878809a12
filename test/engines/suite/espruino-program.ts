import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linux } from "../../../boards/linux.js";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { programOf } from "./run.js";

/** One part of the suite as Espruino gets it: bundled, checked for its dialect and minified as the agent is. */
export async function espruinoProgram(part: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "suite-"));
  try {
    const entry = join(folder, "part.ts");
    writeFileSync(entry, programOf(part, join(packageRoot(), "test/devs-fixtures/engine-suite/runtime.js")));
    const { code } = await bundleScript({ entry, kind: "loader", board: linux });
    return code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
