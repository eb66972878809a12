import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { packageRoot } from "../../../src/node/package-root.js";

const cli = join(packageRoot(), "node_modules/@devicescript/cli/devicescript");

/**
 * A program for the DeviceScript VM, compiled by the CLI as it is.
 * @param main source of src/main.ts
 * @param files more sources, copied beside it
 */
export function compileDeviceScript(name: string, main: string, ...files: string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "sluice-devs-"));
  try {
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "devsconfig.json"), "{}");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    writeFileSync(join(folder, "src/main.ts"), main);
    for (const file of files) copyFileSync(file, join(folder, "src", basename(file)));
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "build", "src/main.ts"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 100_000,
      killSignal: "SIGKILL",
    });
    if (status !== 0) throw new Error(`devs build:\n${stripVTControlCharacters(stdout + stderr)}`);
    return new Uint8Array(readFileSync(join(folder, ".devicescript/bin/bytecode.devs")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
