import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { espruinoProgram } from "../suite/espruino-program.js";
import { suiteTests } from "../suite/run.js";

const engine = process.env["ESPRUINO"] ?? "";

/** Runs one part on the real engine, as a file. */
async function onEngine(part: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "suite-"));
  try {
    writeFileSync(join(folder, "part.js"), `${await espruinoProgram(part)}\nquit();\n`);
    const said = execFileSync(engine, ["part.js"], { cwd: folder, encoding: "latin1", timeout: 100_000 });
    // What its prompt leaves behind may stand in front of a line.
    return [...said.matchAll(/#(?:ok|no|end)[^\r\n]*/g)].map(([line]) => line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

suiteTests(engine === "" ? undefined : onEngine);
