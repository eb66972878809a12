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
  /** The line of the board's console that is the answer. */
  readonly answer: RegExp;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** So that the tools ask no server which modules and pins the board has. */
const boardFile = JSON.stringify({ info: { builtin_modules: [] }, chip: {}, devices: {} });

/**
 * Lets a running Espruino execute something, by npm's `espruino` in a process of its own: as a library it puts globals
 * everywhere and switches the checking of certificates off for the whole process.
 * Nothing but the answer may be printed meanwhile: a board that has not come back to its prompt two seconds after the
 * last byte left this computer is taken for stuck by the tools, and interrupted.
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

function answerOf(run: ScriptRun, args: readonly string[], cwd: string): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let answer: RegExpExecArray | null = null;
    let said = "";
    let complaint = "";
    const stop = (): void => void child.kill("SIGKILL");
    const timer = setTimeout(stop, run.timeoutMs);
    run.signal?.addEventListener("abort", stop, { once: true });
    if (run.signal?.aborted) stop();
    child.stdout.on("data", (data: Buffer) => {
      const lines = (said + data.toString("latin1")).split(/\r?\n/);
      // The last may go on.
      said = lines.pop() ?? "";
      for (const line of lines) answer ??= run.answer.exec(line);
      if (answer !== null) stop();
    });
    child.stderr.on("data", (data: Buffer) => {
      complaint = (complaint + data.toString("utf8")).slice(-500);
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", stop);
      if (answer !== null) resolve(answer);
      else if (run.signal?.aborted) reject(new SluiceError("FLASH_CANCELLED"));
      else reject(noAnswer(run, complaint.trim()));
    });
  });
}

function noAnswer(run: Pick<ScriptRun, "port">, why: string): SluiceError {
  const reason = why === "" ? "" : ` (${why})`;
  return new SluiceError("NO_ESPRUINO_ON_PORT", `No Espruino answers on ${run.port}${reason}.`);
}
