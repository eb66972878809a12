import { updateMode } from "./errand.js";
import { apply, attemptLimit, type Journal, JournalRecord } from "./journal.js";

/** Why the chip started, as far as it is known; the causes of each chip are data (boards/reset-causes.ts). */
export const enum StartReason {
  Unknown = 0,
  /** Or the reset pin. */
  PowerOn = 1,
  /** Requested by software, which on the ESP32 may also be the vendor's: after a panic, its task watchdog, a brown-out. */
  Restart = 2,
  Watchdog = 3,
  BrownOut = 4,
  DeepSleep = 5,
  /** A computer at the USB port. */
  Usb = 6,
}

/** What the loader does next; slots are 0 (a), 1 (b), or -1 for none. */
export interface BootChoice {
  readonly agent: number;
  readonly app: number;
  readonly appTrial: boolean;
  readonly agentTrial: boolean;
  /** "update", "rollback", "safe-mode", "update-mode" or "" for an ordinary start. */
  readonly why: string;
}

/** What the chip's own boot loader has to do with it; absent where firmware does not come over the air. */
export interface FirmwareTrial {
  /** Number of the slot that otadata names: -1 factory, 0 ota_0, … */
  readonly runningSlot: () => number;
  /** Makes the boot loader start the slot before it. @returns whether flash keeps that: if not, the next start tries again */
  readonly giveUp: () => boolean;
}

/**
 * It counts for this start, whether flash keeps it or not: a journal that takes nothing must not stop a start.
 * @returns whether flash keeps it
 */
function note(journal: Journal, record: number): boolean {
  if (journal.append(record)) return true;
  apply(journal.current(), record);
  return false;
}

/**
 * Looks after firmware on trial before anything else is chosen. Giving up comes first, the record of it second: a cut
 * between the two is noticed at the next start, because another slot runs then.
 * @returns true when the firmware was given up and the chip must restart
 */
export function firmwareGivenUp(journal: Journal, firmware: FirmwareTrial): boolean {
  const state = journal.open();
  if (!state.firmwareTrial) return false;
  if ((firmware.runningSlot() & 1) !== state.firmwareSlot) {
    note(journal, JournalRecord.FirmwareBack);
    return false;
  }
  if (state.attempts < attemptLimit) return false;
  if (!firmware.giveUp()) return false;
  if ((firmware.runningSlot() & 1) !== state.firmwareSlot) return true;
  // There is nothing to return to: better this firmware than a chip that restarts for ever.
  note(journal, JournalRecord.FirmwareBack);
  return false;
}

/**
 * Chooses what runs, and writes down that it was tried. The table, first line that fits:
 *
 *   no journal is readable                              → the newer of two sound ones, agent and app, on trial: it is most
 *                                                         likely what ran, or else what was given up
 *   agent  on trial and tried too often, or not sound   → the other one, if sound
 *          neither is sound                             → none
 *   errand, and flash keeps that it was taken            → update mode: the agent alone, this once (errand.ts)
 *   app    safe mode was chosen and the board restarts  → tried again, counting from zero
 *          tried too often, or not sound                → the other one, if sound and not given up before
 *          and there is none                            → safe mode: the agent alone
 *   then   the start is counted:                  on trial   proved itself
 *            watchdog, and each crash that the
 *            agent has noted before the restart        4           4
 *            watchdog, and what runs has just come back           1
 *            restart by software, unknown              2           0
 *            power-on, reset pin, brown-out,
 *            deep sleep, USB                           1           0
 *   and    on trial, but flash does not keep the count  → the other one, if sound: it has run well before
 *
 * So what has proved itself is given up for crashes only. A wake from deep sleep even ends their count: the program went
 * to sleep by itself, and a board that is awake for seconds never has the quiet ten minutes after which others forget.
 *
 * @param soundApp whether the bundle in an app slot is whole; called only for slots that matter
 * @param newer the slot with the newer one of two sound agents (apps); -1: there are no two, or of one version
 */
export function chooseBoot(
  journal: Journal,
  reason: StartReason,
  soundApp: (slot: number) => boolean,
  soundAgent: (slot: number) => boolean,
  newer: (isAgent: boolean) => number,
): BootChoice {
  // The journal keeps this object up to date as records are appended.
  const state = journal.open();
  if (!journal.isFound()) {
    const agent = newer(true);
    if (agent >= 0) note(journal, JournalRecord.AgentA + agent);
    const app = newer(false);
    if (app >= 0) note(journal, JournalRecord.AppA + app);
  }
  let why = state.appTrial || state.agentTrial || state.firmwareTrial ? "update" : "";

  const agentGivenUp = state.agentTrial && state.attempts >= attemptLimit;
  if (agentGivenUp || !soundAgent(state.agent)) {
    if (soundAgent(1 - state.agent)) {
      note(journal, JournalRecord.AgentBack);
      why = "rollback";
    } else if (!soundAgent(state.agent)) {
      return { agent: -1, app: -1, appTrial: false, agentTrial: false, why: "safe-mode" };
    }
  }

  if (state.errand) {
    const isTaken = note(journal, JournalRecord.Errand);
    // Nothing begins during a trial; a journal with such a record was damaged.
    if (why === "" && isTaken)
      return { agent: state.agent, app: -1, appTrial: false, agentTrial: false, why: updateMode };
  }

  // Firmware on trial that flash would not give up is to blame before the app is.
  if ((state.attempts >= attemptLimit && !state.firmwareTrial) || !soundApp(state.app)) {
    if (!state.appBad && soundApp(1 - state.app)) {
      note(journal, JournalRecord.AppBack);
      why = "rollback";
    } else {
      if (!state.safeMode) note(journal, JournalRecord.SafeMode);
      return { agent: state.agent, app: -1, appTrial: false, agentTrial: state.agentTrial, why: "safe-mode" };
    }
  }

  if (why === "" && state.cameBack) why = "rollback";
  const onTrial = state.appTrial || state.agentTrial || state.firmwareTrial;
  let isCounted = true;
  // What came back is not to blame for the crash of what was given up.
  if (reason === StartReason.Watchdog && !state.cameBack) isCounted = note(journal, JournalRecord.Crash);
  else if (onTrial && (reason === StartReason.Restart || reason === StartReason.Unknown))
    isCounted = note(journal, JournalRecord.Unknown);
  else if (onTrial || state.safeMode || state.cameBack) isCounted = note(journal, JournalRecord.PowerOn);
  else if (reason === StartReason.DeepSleep && state.attempts > 0) note(journal, JournalRecord.Confirm);
  if (!isCounted && state.agentTrial && soundAgent(1 - state.agent)) {
    apply(state, JournalRecord.AgentBack);
    why = "rollback";
  }
  if (!isCounted && state.appTrial && soundApp(1 - state.app)) {
    apply(state, JournalRecord.AppBack);
    why = "rollback";
  }
  return {
    agent: state.agent,
    app: state.app,
    appTrial: state.appTrial,
    agentTrial: state.agentTrial,
    why: why,
  };
}
