import type { PullErrand } from "../../../core/update/errand.js";
import type { PullState } from "../resident/parts.js";

/**
 * What it takes to ask the same server for the same, once, as JSON; "" where the board's own settings say it.
 * Functions are left out by JSON.
 */
function textOf(state: PullState): string {
  if (state.fixed) return "";
  const options = state.options as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(options))
    if (name !== "everyMs" && name !== "jitter" && name !== "when") kept[name] = options[name];
  return JSON.stringify(kept);
}

export function pullErrand(state: PullState | undefined): PullErrand {
  if (state === undefined) return { text: "", image: undefined, shunned: undefined };
  const job = state.job;
  return { text: textOf(state), image: job === undefined ? undefined : job.image, shunned: state.shunned };
}
