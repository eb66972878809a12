import { parentPort, workerData } from "node:worker_threads";
import { type ProveRequest, plan } from "./plan.js";
import { provePath } from "./prove.js";
import type { WorkerMessage } from "./run.js";

/** One thread of the prover: makes the plan from the options, proves the rows that it is given. */
const jobs = plan(workerData as ProveRequest);

parentPort?.on("message", ({ index }: WorkerMessage) => {
  const { scenario, options } = jobs[index];
  parentPort?.postMessage({ index, result: provePath(scenario, options) });
});
