import { JournalRecord } from "../../../core/update/journal.js";
import { errorText } from "../../../core/update/safe-state.js";
import { quietMs, TrialVerdict, trialMs } from "../../../core/update/trial.js";
import { load } from "./load.js";
import { onTrial, Part, type Resident, slotName, type TrialPart } from "./resident.js";

/** ms until a confirmation that flash did not keep is tried again. */
const retryMs = 60000;

let trial: TrialPart | undefined;
/** No judgement before that, ms. */
let again = 0;

/** Confirms a version on trial, or gives it up. @param loaded the application was loaded to its end */
export function judgeTrial(it: Resident, at: number, loaded: boolean): void {
  const boot = it.boot;
  if (it.done || at < again) return;
  if (!onTrial(it)) {
    // Trusted before: it only has to run for a while without a crash.
    if (boot.failed && at >= quietMs) confirm(it);
    return;
  }
  let verdict = TrialVerdict.Wait;
  try {
    if (trial === undefined) trial = load(Part.Trial)(it);
    verdict = trial.poll(loaded || boot.app < 0);
  } catch (error) {
    if (at >= trialMs) giveUp(it, errorText(error));
  }
  if (verdict === TrialVerdict.Confirm) {
    if (confirm(it))
      it.notify({ event: "confirmed", app: boot.appName, slot: slotName(it), agent: SLUICE_VERSION });
  } else if (verdict === TrialVerdict.GiveUp && trial !== undefined) giveUp(it, trial.reason());
}

function confirm(it: Resident): boolean {
  const boot = it.boot;
  if (!it.note(JournalRecord.Confirm)) {
    // What is on trial stays so: the version to return to must not be written over.
    again = it.now() + retryMs;
    it.notify({
      event: "error",
      code: "COMMIT_FAILED",
      text: "the boot journal does not keep the confirmation",
    });
    return false;
  }
  if (onTrial(it) && it.pull !== undefined) it.pull.news = "installed";
  boot.failed = false;
  boot.appTrial = false;
  boot.agentTrial = false;
  boot.fwTrial = false;
  trial = undefined;
  return true;
}

/** What is on trial does not start any more; where flash does not keep that, the loader's count has to do. */
export function takeBack(it: Resident): void {
  const boot = it.boot;
  try {
    if (!boot.fwTrial) it.note(boot.agentTrial ? JournalRecord.AgentBack : JournalRecord.AppBack);
    else if (BOARD_OTADATA !== 0) load(Part.Switch)().giveUp();
  } catch (error) {
    it.notify({ event: "error", code: "COMMIT_FAILED", text: errorText(error) });
  }
}

function giveUp(it: Resident, reason: string): void {
  takeBack(it);
  it.notify({ event: "rolled-back", app: it.boot.appName, text: reason });
  it.quit("rollback");
}
