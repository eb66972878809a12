import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SluiceError } from "../../../errors/sluice-error.js";

export interface ScriptRun {
  /** Path of the command line that findTools found. */
  readonly tools: string;
  /** As `espruino -p` takes it: a serial port, or tcp://host[:port]. */
  readonly port: string;
  /** Sent line by line to a board that was reset; with `expression` instead, the running program is left alone. */
  readonly script?: string;
  readonly expression?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Each line of the board's console. */
  readonly onLine?: (line: string) => void;
}

/** So that the tools ask no server which modules and pins the board has. */
const boardFile = JSON.stringify({ info: { builtin_modules: [] }, chip: {}, devices: {} });

/**
 * Lets a running Espruino execute something, by npm's `espruino` in a process of its own: as a library it puts globals
 * everywhere and switches the checking of certificates off for the whole process.
 * @returns what came back, line by line
 * @throws SluiceError FLASH_CANCELLED, NO_ESPRUINO_ON_PORT when nothing at all came
 */
export async function runScript(run: ScriptRun): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-"));
  try {
    await writeFile(join(folder, "board.json"), boardFile);
    const what: string[] = [];
    if (run.script !== undefined) {
      await writeFile(join(folder, "script.js"), run.script, { mode: 0o600 });
      what.push("script.js");
    }
    if (run.expression !== undefined) what.push("-e", run.expression);
    const args = [
      run.tools,
      "--no-ble",
      "-q",
      "-b",
      "115200",
      "--board",
      "board.json",
      "-p",
      run.port,
      ...what,
    ];
    return await lines(run, args, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lines(run: ScriptRun, args: readonly string[], cwd: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    let rest = "";
    let complaint = "";
    let late = false;
    const stop = (): void => void child.kill("SIGKILL");
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, run.timeoutMs);
    run.signal?.addEventListener("abort", stop, { once: true });
    if (run.signal?.aborted) stop();
    child.stdout.on("data", (data: Buffer) => {
      const parts = (rest + data.toString("latin1")).split(/\r?\n/);
      rest = parts.pop() ?? "";
      for (const line of parts) {
        said.push(line);
        run.onLine?.(line);
      }
    });
    child.stderr.on("data", (data: Buffer) => {
      complaint = (complaint + data.toString("utf8")).slice(-500);
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", stop);
      if (run.signal?.aborted) reject(new SluiceError("FLASH_CANCELLED"));
      else if (said.length > 0 || rest !== "") resolve([...said, rest]);
      else reject(noAnswer(run, late ? `no answer within ${run.timeoutMs / 1000} s` : complaint.trim()));
    });
  });
}

export function noAnswer(run: Pick<ScriptRun, "port">, why: string): SluiceError {
  const reason = why === "" ? "" : ` (${why})`;
  return new SluiceError("NO_ESPRUINO_ON_PORT", `No Espruino answers on ${run.port}${reason}.`);
}
