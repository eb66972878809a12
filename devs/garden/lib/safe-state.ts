import { hold, pumpStopped, release, valvesClosed } from "./garden.js";
import { closeValves } from "./waterworks.js";

/** The shape that `ota.begin` wants; written down here, so that the decisions depend on no runtime. */
export interface SafeStep {
  readonly name: string;
  readonly deadlineMs: number;
  readonly enter: () => void;
  readonly check: () => true | string;
  readonly leave: () => void;
}

/** The order counts: water stops before a valve moves, so that no motor closes against pressure. */
export function safeStateOf(closeMs: number): SafeStep[] {
  return [
    {
      name: "pump",
      deadlineMs: 1000,
      enter: hold,
      check: pumpStopped,
      leave: release,
    },
    {
      name: "valves",
      // A little more than a valve has, so that the garden names the stuck one before the agent's patience ends.
      deadlineMs: 2 * closeMs + 1000,
      enter: closeValves,
      check: valvesClosed,
      leave: () => {},
    },
  ];
}
