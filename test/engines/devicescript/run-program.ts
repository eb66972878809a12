import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { findCompiler } from "../../../src/devicescript/build/compiler.js";
import { programSources } from "../../../src/devicescript/build/sources.js";
import { compileProgram } from "../../../src/devicescript/build/workshop.js";

/** Nothing of a test's program counts as Sluice's own: it may import the core by its path. */
const nowhere = join(tmpdir(), "no-sluice-here");

/** The bytecode of a program, compiled as `sluice build` does. @param entry its main file */
export async function compile(entry: string): Promise<Uint8Array> {
  const sources = await programSources(entry, nowhere);
  return (await compileProgram(findCompiler("."), "test", sources, [])).bytecode;
}

/**
 * Runs bytecode in the DeviceScript VM until it restarts itself.
 * @returns the lines that it printed; fails when it panics or does not end in time
 */
export async function runProgram(bytecode: Uint8Array, patience = 60_000): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-devs-run-"));
  try {
    await writeFile(join(folder, "program.devs"), bytecode);
    const { script } = findCompiler(".");
    const args = [script, "run", "program.devs", "--test", "--test-self-exit"];
    const said = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        [...args, "--test-timeout", `${patience}`],
        { cwd: folder, timeout: patience + 20_000, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const output = stripVTControlCharacters(stdout + stderr);
          if (error === null) resolve(output);
          else reject(new Error(`the VM: ${error.message}\n${output.split("\n").slice(-20).join("\n")}`));
        },
      );
    });
    return said.split("\n").flatMap((line) => (line.startsWith("WASM> ") ? [line.slice(6).trimEnd()] : []));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
