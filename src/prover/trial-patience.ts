import { apply, attemptLimit, freshState, JournalRecord } from "../core/update/journal.js";

/** Starts of one kind in a row until a version on trial is given up. */
export function startsUntilGivenUp(record: number): number {
  const state = freshState();
  apply(state, JournalRecord.AppB);
  let starts = 0;
  while (state.attempts < attemptLimit) {
    apply(state, record);
    starts++;
  }
  return starts;
}

/** The page's words on how patient a trial is, counted by the journal's own rules. */
export function trialPatience(): string {
  return `## How patient a trial is

A version on trial is given up after ${startsUntilGivenUp(JournalRecord.Crash)} starts that ended in a watchdog, after ${startsUntilGivenUp(JournalRecord.Unknown)} that ended without a reason, or after
${startsUntilGivenUp(JournalRecord.PowerOn)} power-ons in a row, none of which came as far as confirming it (seconds, once the network is back). So "a power
cut alone never un-installs" means: not one, not two, not ${startsUntilGivenUp(JournalRecord.PowerOn) - 1} in a row. A firmware that dies before the loader has run
is beyond this count: on the boot loaders Espruino ships, nobody counts its starts.`;
}
