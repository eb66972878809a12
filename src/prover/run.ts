import { Worker } from "node:worker_threads";
import { findBoard } from "../../boards/index.js";
import { buildAgent } from "../espruino/build/bundle.js";
import { builtBoardCode } from "./built/bundles.js";
import { type BuiltResult, builtLayout, proveBuilt } from "./built/proof.js";
import { type FaultResult, proveFaults } from "./faults.js";
import { espruinoPaths } from "./paths/espruino-paths.js";
import { type PlanRow, type ProveRequest, plan } from "./plan.js";
import { provePath } from "./prove.js";
import type { PathResult } from "./result.js";

export type Progress = (result: PathResult, done: number, of: number) => void;

/** Proves one path after the other in this thread. */
export function proveHere(jobs: readonly PlanRow[], progress: Progress = () => undefined): PathResult[] {
  return jobs.map(({ scenario, options }, index) => {
    const result = provePath(scenario, options);
    progress(result, index + 1, jobs.length);
    return result;
  });
}

/** A worker's task: rows of the plan, which it makes anew from the same options. */
export type WorkerMessage = { readonly index: number };

/**
 * Proves the plan on several threads. Rows are handed out one by one, the heaviest first as far as the plan knows.
 * @returns results in the order of the plan
 */
export async function proveParallel(
  options: ProveRequest,
  threads: number,
  progress: Progress,
): Promise<PathResult[]> {
  const jobs = plan(options);
  if (threads < 2 || jobs.length < 2) return proveHere(jobs, progress);
  const results: (PathResult | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  let done = 0;
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: options });
      const ask = (): void => {
        if (next < jobs.length) worker.postMessage({ index: next++ } satisfies WorkerMessage);
        else void worker.terminate().then(() => resolve());
      };
      worker.on("message", ({ index, result }: { index: number; result: PathResult }) => {
        results[index] = result;
        progress(result, ++done, jobs.length);
        ask();
      });
      worker.on("error", reject);
      ask();
    });
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, serve));
  return results.filter((result) => result !== undefined);
}

/**
 * Paths of what Sluice itself writes, on flash that fails. Nothing of ours reads back what Arduino's boot loader writes, or
 * Espruino's Storage for an application.
 */
export function proveFaultRows(options: ProveRequest): FaultResult[] {
  const ours = new Set(espruinoPaths.filter(({ cutIn }) => cutIn !== "files").map(({ path }) => path));
  return plan(options)
    .filter(({ scenario }) => ours.has(scenario.path))
    .filter(({ scenario }) => !options.quick || scenario.layout === builtLayout)
    .map(({ scenario, isThorough }) => {
      const { seed, quick } = options;
      return proveFaults(scenario, isThorough ? { seed } : { seed, runs: quick ? quickRuns : sampledRuns });
    });
}

/** Runs of each path in a quick run, and of layouts that differ from a thoroughly proved one in addresses only. */
const quickRuns = 8;
const sampledRuns = 60;

/** Cuts of each path. */
const cutsOfPath = 8;

/** Builds loader and agent, and boots them for every kind of row that the options name; none in a quick run. */
export async function proveBuiltSample(options: ProveRequest): Promise<BuiltResult[]> {
  const { seed, quick, layout = builtLayout, path } = options;
  const paths = espruinoPaths.filter((one) => path === undefined || one.path === path);
  const board = findBoard(builtLayout);
  if (quick || layout !== builtLayout || paths.length === 0 || board === undefined) return [];
  const code = await builtBoardCode(board, (await buildAgent(board)).bytes);
  const results: BuiltResult[] = [];
  for (const one of paths) results.push(await proveBuilt(code, one, { seed, cuts: cutsOfPath }));
  return results;
}
