import { nextPull } from "../pull-next.js";
import type { PullParts, PullStep } from "../pull-parts.js";

/** Stage one: what there is to report, or to ask. */
export function nextPullStep(parts: PullParts): PullStep {
  return nextPull(parts);
}
