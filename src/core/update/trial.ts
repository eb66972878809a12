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
 * Judges a start: well is who is reachable again (so that the next update can come) and whose application says it is
 * well. A version on trial that does not get there in time is given up.
 */
export class Trial {
  private wellSince = -1;
  private reason_ = "";
  private over = false;

  constructor(
    private readonly startedAt: number,
    private readonly onTrial: boolean,
    /** False in safe mode: then being reachable is all. */
    private readonly hasApp: boolean,
  ) {}

  /** What is missing. */
  reason(): string {
    return this.reason_;
  }

  isOver(): boolean {
    return this.over;
  }

  /** Something failed that cannot get well any more. */
  condemn(reason: string): TrialVerdict {
    this.reason_ = reason;
    if (this.over || !this.onTrial) return TrialVerdict.Wait;
    this.over = true;
    return TrialVerdict.GiveUp;
  }

  /**
   * @param reachable whether the listener stands and the network is up
   * @param registered whether the application has called `ota.begin`
   * @param health its answer: true, or what is missing
   */
  poll(now: number, reachable: boolean, registered: boolean, health: true | string): TrialVerdict {
    if (this.over) return TrialVerdict.Wait;
    const age = now - this.startedAt;
    let missing = "";
    if (!reachable) missing = "not reachable";
    else if (this.hasApp && !registered) missing = "the app has not called ota.begin";
    else if (this.hasApp && health !== true) missing = health;
    this.reason_ = missing;
    if (!this.onTrial) {
      // Trusted before: all that is asked is to run for a while without a crash.
      if (age < quietMs) return TrialVerdict.Wait;
      this.over = true;
      return TrialVerdict.Confirm;
    }
    if (missing.length === 0) {
      if (this.wellSince < 0) this.wellSince = now;
      if (now - this.wellSince < settleMs) return TrialVerdict.Wait;
      this.over = true;
      return TrialVerdict.Confirm;
    }
    this.wellSince = -1;
    const late = age >= trialMs || (reachable && this.hasApp && !registered && age >= registerMs);
    if (!late) return TrialVerdict.Wait;
    this.over = true;
    return TrialVerdict.GiveUp;
  }
}
