import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOf, prelude } from "./probe.js";

/** The answer of the real engine, as a process of its own with a blank Storage. */
export async function onEngine(engine: string, program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    // from a timer, as everything runs on a board: an error in the file itself would end the process
    writeFileSync(join(folder, "p.js"), `${prelude}setTimeout(${JSON.stringify(program)}, 0);\n`, "latin1");
    const output = await new Promise<string>((resolve) => {
      const options = { cwd: folder, encoding: "latin1", timeout: 30_000, killSignal: "SIGKILL" } as const;
      execFile(engine, ["p.js"], options, (_error, stdout) => resolve(stdout));
    });
    return answerOf(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
