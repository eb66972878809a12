import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";

const cli = join(packageRoot(), "bin/sluice.js");
const patienceMs = 40_000;
/** `npm test` builds first; a test run alone may find nothing to run. */
export const built = existsSync(join(packageRoot(), "dist/src/cli/main.js"));

/** The command line in processes of its own, all of which end with `close`. */
export class Processes {
  readonly #children = new Set<ChildProcess>();

  start(args: readonly string[]): ChildProcess {
    const { SLUICE_PASSWORD: _, ...env } = process.env;
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children) await killed(child);
  }

  /** Runs a verb to its end. */
  async run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    const child = this.start(args);
    let out = "";
    let err = "";
    child.stdout?.on("data", (data) => {
      out += String(data);
    });
    child.stderr?.on("data", (data) => {
      err += String(data);
    });
    await once(child, "close", { signal: AbortSignal.timeout(patienceMs) });
    return { code: child.exitCode, out, err };
  }

  board(...args: string[]): BoardProcess {
    return new BoardProcess(this.start(["board", "--port", "0", "--speed", "5", ...args]));
  }
}

export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** A board as a process; its lines come as they are printed. */
export class BoardProcess {
  readonly lines: string[] = [];
  #rest = "";

  constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (data) => {
      const pieces = (this.#rest + String(data)).split("\n");
      this.#rest = pieces.pop() ?? "";
      this.lines.push(...pieces);
      child.emit("lines");
    });
  }

  /** The first line that fits. */
  async line(fits: (line: string) => boolean): Promise<string> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      await once(this.child, "lines", { signal });
    }
  }

  /** Our port of its listener, once it can be reached; `app` is what runs. */
  async ready(): Promise<{ port: number; app: string }> {
    const line = await this.line((one) => one.startsWith("ready "));
    const found = /^ready udp=(\d+) app=(\S+)/.exec(line);
    if (found === null) throw new Error(`not a ready line: ${line}`);
    return { port: Number(found[1]), app: found[2] };
  }
}
