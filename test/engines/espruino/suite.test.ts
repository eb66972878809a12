import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { espruinoPort } from "../../../src/espruino/build/board-constants.js";
import { StorageFiles, textFile } from "../../../src/espruino/storage-files.js";
import { espruinoProgram } from "../suite/espruino-program.js";
import { suiteTests } from "../suite/run.js";
import { boardOfEngine, engine } from "./engine-board.js";

/** Runs one part on the real engine, from flash as on a chip: a build of a chip's size has no room for it in memory. */
async function onEngine(part: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "suite-"));
  try {
    const flash = new Uint8Array(espruinoPort(boardOfEngine()).storage.size).fill(0xff);
    new StorageFiles(flash).add(textFile("part", await espruinoProgram(part)));
    writeFileSync(join(folder, "espruino.flash"), flash);
    writeFileSync(join(folder, "part.js"), 'code=require("Storage").read("part");eval(code);quit();');
    const said = execFileSync(engine, ["part.js"], { cwd: folder, encoding: "latin1", timeout: 100_000 });
    // What its prompt leaves behind may stand in front of a line.
    return [...said.matchAll(/#(?:ok|no|end)[^\r\n]*/g)].map(([line]) => line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

suiteTests(engine === "" ? undefined : onEngine);
