import type { Puller, PullParts } from "../pull-parts.js";
import { PullWorker } from "../pull-worker.js";

/** Asks once, and tells the server what there is to tell. */
export function openPull(parts: PullParts): Puller {
  const worker = new PullWorker(parts);
  return { tick: () => worker.tick() };
}
