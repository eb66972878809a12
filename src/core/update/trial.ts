/** ms after the start within which a new version must have proved itself. */
export const trialMs = 180000;
/** ms after the start within which an application must have registered with the agent. */
export const registerMs = 30000;
/** ms that everything must have been well for. */
export const settleMs = 3000;

/** ms without a crash after which the failures of earlier starts are forgotten. */
export const quietMs = 600000;

export const enum TrialVerdict {
  Wait = 0,
  Confirm = 1,
  GiveUp = 2,
}

/**
 * Judges a version on trial: it is well when it is reachable again (so that the next update can come) and its
 * application reports that it is well. One that does not get there in time is given up. The first line that fits:
 *
 *   well for settleMs                         Confirm
 *   well                                      Wait
 *   age >= trialMs                            GiveUp
 *   reachable, not registered, >= registerMs  GiveUp
 *   else                                      Wait
 */
export class Trial {
  /** What is missing. */
  reason = "";
  private wellSince = -1;

  /** @param hasApp false in safe mode: then being reachable is all */
  constructor(private readonly hasApp: boolean) {}

  /**
   * @param now ms since the start
   * @param reachable whether the listener stands and the network is up
   * @param registered whether the application has called `ota.begin`
   * @param health its answer: true, or what is missing
   */
  poll(now: number, reachable: boolean, registered: boolean, health: true | string): TrialVerdict {
    let missing = "";
    if (!reachable) missing = "not reachable";
    else if (this.hasApp && !registered) missing = "the app has not called ota.begin";
    else if (this.hasApp && health !== true) missing = health;
    this.reason = missing;
    if (missing.length === 0) {
      if (this.wellSince < 0) this.wellSince = now;
      return now - this.wellSince < settleMs ? TrialVerdict.Wait : TrialVerdict.Confirm;
    }
    this.wellSince = -1;
    const late = now >= trialMs || (reachable && this.hasApp && !registered && now >= registerMs);
    return late ? TrialVerdict.GiveUp : TrialVerdict.Wait;
  }
}
