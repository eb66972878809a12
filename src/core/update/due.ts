import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Errand } from "./errand.js";
import type { Offer } from "./offer.js";
import { type Update, UpdatePhase } from "./update.js";

/**
 * An update for which memory does not suffice beside the application and what has brought it: an uploader's transfer, a
 * visitor's connection. Those are dropped; then it begins, and once the equipment is safe the board restarts into update
 * mode (errand.ts).
 */
export interface Due {
  readonly offer: Offer;
  /** ms when it came. */
  readonly since: number;
  /** The uploader that waits for "OK". */
  waiting: Errand["push"];
  begun: boolean;
}

/** It begins, or goes on. @returns why it came to nothing */
export function stepDue(due: Due, run: Update, now: number): Fault | undefined {
  const isFirst = !due.begun;
  due.begun = true;
  const refused = isFirst ? run.begin(now, due.offer) : run.poll(now);
  if (refused !== undefined) return refused;
  if (run.phase === UpdatePhase.Idle) return fault(FaultNumber.Aborted, "update given up");
  // Prepared for one who comes back: it has room for the update no longer.
  if (run.phase === UpdatePhase.Prepared) run.phase = UpdatePhase.Preparing;
  return undefined;
}
