import { formatBytes } from "../../../host/format-bytes.js";
import type { GatewayStep } from "./events.js";
import { noProgram } from "./task.js";

/** One line for a person. */
export function describeGatewayStep(step: GatewayStep): string {
  switch (step.event) {
    case "unchanged":
      return `The board has this program already (${step.sha256.slice(0, 8)})`;
    case "offline":
      return `The board is not connected, waiting up to ${step.wait} s for it`;
    case "preparing":
      return step.attempt === 1
        ? `Asking ${step.board} to make its equipment safe for ${formatBytes(step.size)}`
        : `Asking once more (${step.attempt})`;
    case "closing":
      return `${step.reason}, ${step.wait} s at most`;
    case "safe":
      return {
        program: "Safe",
        "nothing-runs": "No program runs on the board, nothing to make safe",
        force: "The program does not answer; going on by force, nobody knows whether the equipment is safe",
      }[step.by];
    case "no-way-back":
      return `The gateway has no copy of the running program (${step.sha256.slice(0, 8)}) and could not bring it back`;
    case "writing":
      return `Writing ${formatBytes(step.size)} to ${step.address}${step.attempt === 1 ? "" : `, once more (${step.attempt})`}`;
    case "verified":
      return "The board has what was sent; starting it";
    case "mismatch":
      return "The board has something else than was sent; it was taken away and never ran";
    case "trial":
      return `On trial, ${step.wait} s at most`;
    case "hello":
      return `${step.app} ${step.version} runs${step.healthy ? " and is well" : ", not well yet"}`;
    case "crashed":
      return `The new program ended (${step.count}): ${step.text}`;
    case "lost":
      return "The connection to the board was lost, waiting for it to come back";
    case "back":
      return `The board is back, from ${step.address}`;
    case "returning":
      return step.sha256 === noProgram
        ? `Taking the new program away: ${step.reason}`
        : `Bringing the previous program back: ${step.reason}`;
    case "returned":
      return step.sha256 === noProgram ? "The board runs no program" : "The previous program runs again";
  }
}
