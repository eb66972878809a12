import type { UploadError } from "./upload-error.js";
import { opensIn } from "./wire.js";

/** Somebody may press the button, or the clock may be set, at any moment; s between two askings. */
const askEvery = 10;
/** Times that are told to the minute are asked for again so long before they are over, s. */
const early = 60;

/**
 * Seconds until a board that takes no updates now is to be asked again; undefined: not at all.
 * @param waiting whether it has said "not now" before: then a board that is silent may just be restarting
 * @param left seconds that the user is willing to wait
 */
export function notNowAfter(error: UploadError, waiting: boolean, left: number): number | undefined {
  if (left <= 0) return undefined;
  const { code, answer } = error;
  const opens = code === "OUTSIDE_WINDOW" ? opensIn(answer) : undefined;
  if (opens !== undefined && !answer.includes("button")) {
    if (opens > left) return undefined;
    return opens > 2 * early ? opens - early : Math.max(opens, 1);
  }
  const asksAgain = code === "OUTSIDE_WINDOW" || code === "NOT_ARMED" || code === "CLOCK_NOT_SET";
  const silent = waiting && code === "NO_ANSWER";
  if (!asksAgain && !silent) return undefined;
  return askEvery <= left ? askEvery : undefined;
}
