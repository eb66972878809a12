import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { SluiceError } from "../../../errors/sluice-error.js";

/**
 * The command line of npm's package `espruino`. It is no dependency: with it would come Bluetooth and serial drivers that
 * are built on installation. Looked for in the user's project, beside this package, and on the PATH.
 * @throws SluiceError ESPRUINO_TOOLS_MISSING
 */
export function findTools(environment: NodeJS.ProcessEnv = process.env, folder = process.cwd()): string {
  for (const from of [join(folder, "x.js"), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve("espruino/package.json")), "bin/espruino-cli.js");
    } catch {
      // Not there.
    }
  }
  for (const place of (environment["PATH"] ?? "").split(delimiter)) {
    const file = join(place, "espruino");
    if (place === "" || !existsSync(file)) continue;
    const real = realpathSync(file);
    if (real.endsWith("espruino-cli.js")) return real;
  }
  throw new SluiceError("ESPRUINO_TOOLS_MISSING");
}

export interface ScriptRun {
  /** Path of the command line that findTools found. */
  readonly tools: string;
  /** As `espruino -p` takes it: a serial port, or tcp://host[:port]. */
  readonly port: string;
  /** Sent line by line to a board that was reset; with `expression` instead, the running program is left alone. */
  readonly script?: string;
  readonly expression?: string;
  /** The line of the board's console that is the answer. */
  readonly answer: RegExp;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** So that the tools do not fetch from a server which modules and pins the board has. */
const boardFile = JSON.stringify({ info: { builtin_modules: [] }, chip: {}, devices: {} });

/**
 * Executes a script on a running Espruino, by npm's `espruino` in a process of its own: as a library it puts globals
 * everywhere and switches the checking of certificates off for the whole process.
 * Nothing but the answer may be printed meanwhile: a board that has not come back to its prompt two seconds after the
 * last byte left this computer counts as stuck for the tools, and is interrupted.
 * @returns what `answer` found
 * @throws SluiceError FLASH_CANCELLED, NO_ESPRUINO_ON_PORT when no answer came
 */
export async function runScript(run: ScriptRun): Promise<RegExpExecArray> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-"));
  try {
    await writeFile(join(folder, "board.json"), boardFile);
    const what: string[] = [];
    if (run.script !== undefined) {
      await writeFile(join(folder, "script.js"), run.script, { mode: 0o600 });
      what.push("script.js");
    }
    if (run.expression !== undefined) what.push("-e", run.expression);
    // What has been sent may not have been executed: the tools stay until the answer is there.
    const stay = ["--sleep", `${run.timeoutMs / 1000}`];
    const port = ["--board", "board.json", "-b", "115200", "-p", run.port];
    return await answerOf(run, [run.tools, "--no-ble", "-q", ...stay, ...port, ...what], folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function answerOf(run: ScriptRun, args: readonly string[], cwd: string): Promise<RegExpExecArray> {
  const { timeoutMs: timeout, signal } = run;
  if (signal?.aborted) throw new SluiceError("FLASH_CANCELLED");
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
    killSignal: "SIGKILL",
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => {
    complaint = (complaint + data.toString("utf8")).slice(-500);
  });
  const ended = once(child, "close");
  // Awaited below, where it still throws.
  ended.catch(() => undefined);
  try {
    for await (const line of createInterface({ input: child.stdout.setEncoding("latin1") })) {
      const answer = run.answer.exec(line);
      if (answer !== null) return answer;
    }
  } finally {
    stop();
    await ended;
    signal?.removeEventListener("abort", stop);
  }
  if (signal?.aborted) throw new SluiceError("FLASH_CANCELLED");
  const why = complaint.trim();
  const reason = why === "" ? "" : ` (${why})`;
  throw new SluiceError("NO_ESPRUINO_ON_PORT", `No Espruino answers on ${run.port}${reason}.`);
}
