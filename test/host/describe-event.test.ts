import { expect, test } from "vitest";
import { describeEvent } from "../../src/events/describe-event.js";
import { type GatewayStep, noProgram } from "../../src/events/upload-event.js";

const sha256 = "ab".repeat(32);

test.each<[GatewayStep, string]>([
  [{ event: "unchanged", sha256 }, "The board has this program already (abababab)"],
  [{ event: "offline", wait: 45 }, "The board is not connected, waiting up to 45 s for it"],
  [
    { event: "preparing", board: "roses", size: 2048, sha256, attempt: 1 },
    "Asking roses to make its equipment safe for 2.0 KiB",
  ],
  [{ event: "preparing", board: "roses", size: 2048, sha256, attempt: 2 }, "Asking once more (2)"],
  [{ event: "closing", reason: "closing valve 2", wait: 9 }, "closing valve 2, 9 s at most"],
  [{ event: "safe", by: "nothing-runs" }, "No program runs on the board, nothing to make safe"],
  [
    { event: "writing", address: "10.0.0.7", size: 640, attempt: 2 },
    "Writing 640 B to 10.0.0.7, once more (2)",
  ],
  [{ event: "hello", app: "garden", version: "1.0.0", healthy: false }, "garden 1.0.0 runs, not well yet"],
  [{ event: "returning", reason: "no water", sha256 }, "Bringing the previous program back: no water"],
  [{ event: "returning", reason: "no water", sha256: noProgram }, "Taking the new program away: no water"],
  [{ event: "returned", sha256: noProgram }, "The board runs no program"],
])("$event", (step, words) => {
  expect(describeEvent(step)).toBe(words);
});
