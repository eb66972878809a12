import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { SluiceError } from "../../errors/sluice-error.js";
import { packageFolder } from "../../node/optional-package.js";
import { packageRoot } from "../../node/package-root.js";

/** The release that Sluice is tested with, DeviceScript's last. */
export const compilerVersion = "2.16.4";
const compilerPackage = "@devicescript/cli";
/** ms; a build takes a few seconds. */
const patience = 120_000;

export interface Compiler {
  /** The program that Node runs. */
  readonly script: string;
  readonly version: string;
}

/**
 * The DeviceScript compiler: the one beside the dev folder's project, otherwise the one beside Sluice. It is an optional
 * package: 30 MB that users of Espruino boards do not need.
 * @throws SluiceError NO_DEVICESCRIPT
 */
export function findCompiler(dev: string, root = packageRoot()): Compiler {
  const folder = packageFolder(compilerPackage, resolve(dev)) ?? packageFolder(compilerPackage, root);
  if (folder === undefined)
    throw new SluiceError("NO_DEVICESCRIPT", `there is no @devicescript/cli beside ${dev}`);
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { script: join(folder, "devicescript"), version };
}

/**
 * Compiles `src/main.ts` of a folder; the output is in `.devicescript/bin` then.
 * @returns the compiler's complaints, one a line; [] when it made a program
 */
export function compileFolder(compiler: Compiler, folder: string): Promise<string[]> {
  const options = {
    cwd: folder,
    timeout: patience,
    killSignal: "SIGKILL" as const,
    maxBuffer: 16 * 1024 * 1024,
    env: { ...process.env, NO_UPDATE_NOTIFIER: "1" },
  };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [compiler.script, "build", "src/main.ts"],
      options,
      (error, stdout, stderr) => {
        done(error === null ? [] : complaints(stripVTControlCharacters(stdout + stderr), error));
      },
    );
  });
}

function complaints(output: string, error: Error & { readonly killed?: boolean }): string[] {
  if (error.killed) return [`the DeviceScript compiler did not end within ${patience / 1000} s`];
  const lines = output.split("\n").map((line) => line.trimEnd());
  const found = lines.filter((line) => / - error |^exception|verification|panic|assert/i.test(line));
  return found.length > 0 ? found : [lines.filter((line) => line !== "").at(-1) ?? error.message];
}
