import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { keepFinding } from "./corpus.js";
import { instrument } from "./instrument.js";
import type { Result, Task } from "./worker.js";

// `npm run fuzz`: docs/fuzzing.md explains.
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    target: { type: "string", default: "" },
    replay: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});

const root = process.cwd();
/** An input that takes longer hangs, ms. */
const hangMs = 20_000;
const headBytes = 12;
const longestInput = 65536;

function isOurs(file: string): boolean {
  return file.startsWith("src/") || file.startsWith("devs/");
}

/** Builds the worker with counters in it. @returns its file, and how many counters */
async function buildWorker(): Promise<{ readonly file: string; readonly points: number }> {
  const built = await build({
    entryPoints: [join(root, "fuzz/worker.ts")],
    bundle: true,
    write: false,
    packages: "external",
    platform: "node",
    format: "esm",
    absWorkingDir: root,
    logLevel: "error",
  });
  const { code, points } = instrument(built.outputFiles[0].text, isOurs);
  const file = join(root, "dist/fuzz-worker.js");
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(file, code);
  return { file, points };
}

function report(target: string, input: Uint8Array, error: string): void {
  const file = values.replay === "" ? keepFinding(root, target, input) : values.replay;
  console.log(`\nfinding in ${target}, ${input.length} bytes: ${file}\n${error}`);
  console.log(`to see it again: npm run fuzz -- --target ${target} --replay ${file}`);
  process.exitCode = 1;
}

function print(results: readonly Result[]): void {
  const rows = results.map(({ target, runs, inputs, places }) => [target, runs, inputs, places].join(" | "));
  const all = results.reduce((sum, { runs }) => sum + runs, 0);
  console.log(
    ["target | runs | inputs kept | places", ...rows, `all | ${all} | seed ${values.seed}`].join("\n"),
  );
}

/** Runs the worker, and ends it when it hangs. */
async function run(file: string, points: number): Promise<void> {
  const current = new SharedArrayBuffer(headBytes + longestInput);
  const task: Task = {
    root,
    points,
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    target: values.target,
    replay: values.replay,
    keep: values.keep,
    current,
  };
  const worker = new Worker(file, { workerData: task });
  const numbers = new Int32Array(current, 0, 3);
  let last = -1;
  const watch = setInterval(() => {
    if (numbers[0] === last) {
      const input = new Uint8Array(current, headBytes, numbers[2]).slice();
      report(`${task.target || `target ${numbers[1]}`}`, input, `no end after ${hangMs} ms`);
      void worker.terminate();
    }
    last = numbers[0];
  }, hangMs);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once("message", (results: Result[]) => {
        if (results.length === 0) reject(new Error(`there is no target ${values.target}`));
        if (values.replay === "") print(results);
        for (const { finding } of results)
          if (finding !== undefined) report(finding.target, finding.input, finding.error);
      });
      worker.once("error", reject);
      worker.once("exit", () => resolve());
    });
  } finally {
    clearInterval(watch);
  }
}

const { file, points } = await buildWorker();
await run(file, points);
