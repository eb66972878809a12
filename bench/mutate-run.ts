import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";

/** What is no part of a copy: it is big, or linked. */
const notCopied = new Set(["node_modules", "dist", ".git", "coverage"]);

export interface Outcome {
  /** What failed first: "test/core/x.test.ts: name of the test", "hang", "crash"; undefined: all passed. */
  readonly failed: string | undefined;
  /** ms each test file took. */
  readonly took: ReadonlyMap<string, number>;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Ends what still runs; for a run that is interrupted. */
const running = new Set<number>();

export function endAll(): void {
  for (const group of running) kill(group);
}

/** A copy of the checkout in which one file at a time is another. The checkout itself is only read. */
export class Copy {
  readonly root: string;
  private readonly temporary: string;

  /** @param folder an empty folder of the run */
  constructor(checkout: string, folder: string) {
    this.root = join(folder, "checkout");
    this.temporary = join(folder, "tmp");
    mkdirSync(this.temporary, { recursive: true });
    cpSync(checkout, this.root, { recursive: true, filter: (path) => !notCopied.has(basename(path)) });
    symlinkSync(join(checkout, "node_modules"), join(this.root, "node_modules"));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.root, file), text);
  }

  /**
   * Runs test files up to the first failure, or `all`.
   * @param deadline ms after which the run counts as hung and is ended
   */
  async test(
    files: readonly string[],
    deadline: number,
    { workers = 1, all = false } = {},
  ): Promise<Outcome> {
    const report = join(this.temporary, "report.json");
    rmSync(report, { force: true });
    const vitest = join(this.root, "node_modules/vitest/vitest.mjs");
    const options = [`--maxWorkers=${workers}`, "--cache=false", "--reporter=json", `--outputFile=${report}`];
    if (!all) options.push("--bail=1");
    // Sockets and timers on a busy machine: a failure there has to happen twice.
    if (files.some((file) => !file.startsWith("test/core/"))) options.push("--retry=1");
    const child = spawn(process.execPath, [vitest, "run", ...options, ...files], {
      cwd: this.root,
      detached: true,
      stdio: "ignore",
      env: { ...process.env, TMPDIR: this.temporary, NODE_OPTIONS: "--max-old-space-size=1500", CI: "" },
    });
    const group = child.pid ?? 0;
    running.add(group);
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      kill(group);
    }, deadline);
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    clearTimeout(timer);
    // Workers that outlived it: an endless loop does not see that it should end.
    kill(group);
    running.delete(group);
    return hung ? { failed: "hang", took: new Map() } : this.read(report, code);
  }

  private read(file: string, code: number | null): Outcome {
    let report: Report;
    try {
      report = JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return { failed: "crash", took: new Map() };
    }
    const took = new Map<string, number>();
    let failed: string | undefined;
    for (const result of report.testResults) {
      const name = relative(this.root, result.name).split(sep).join("/");
      took.set(name, result.endTime - result.startTime);
      const test = result.assertionResults.find(({ status }) => status === "failed");
      if (test !== undefined) failed ??= `${name}: ${test.fullName}`;
      else if (result.status === "failed") failed ??= `${name}: does not load`;
    }
    return { failed: failed ?? (code === 0 ? undefined : "crash"), took };
  }
}

function kill(group: number): void {
  try {
    if (group > 0) process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
