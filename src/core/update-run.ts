import { type Fault, FaultNumber, fault } from "./errors.js";
import type { UpdatePolicy } from "./firmware/firmware-target.js";
import type { Offer } from "./offer.js";
import type { Chunk } from "./ports.js";
import { errorText, type SafeState, SafeStatus } from "./safe-state.js";
import type { Updater } from "./updater.js";

/** The application's callbacks, in Arduino's words. One that throws is reported and changes nothing but for onStart. */
export interface UpdateHooks {
  /** May throw: that is the application's way to say no. */
  readonly onStart: () => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly onEnd: () => void;
  /** Once per failure. */
  readonly onError: (why: Fault) => void;
}

/** What happens, for the log and for whoever watches. */
export type RunEvent =
  | { readonly event: "safe-state"; readonly step: string; readonly text: string }
  | { readonly event: "safe" }
  | { readonly event: "refused"; readonly code: string; readonly text: string }
  | { readonly event: "progress"; readonly done: number; readonly total: number }
  | { readonly event: "verified"; readonly image: string; readonly md5: string }
  | { readonly event: "committed"; readonly image: string }
  | { readonly event: "error"; readonly code: string; readonly text: string }
  | { readonly event: "app-error"; readonly text: string };

export const enum RunPhase {
  Idle = 0,
  /** The equipment is on its way to its safe state. */
  Preparing = 1,
  /** Safe; nothing written yet. */
  Prepared = 2,
  Writing = 3,
  Verified = 4,
  Committed = 5,
}

/** How long the equipment stays prepared after an uploader was told to come back, ms. */
export const prepareKeepMs = 60000;

/**
 * One update from offer to commit, the same for every way in: judged, equipment safe, written, verified, committed;
 * or given up, with the application resumed, at whatever point it fails.
 */
export class UpdateRun {
  private phase_: RunPhase;
  private current: Offer | undefined;
  /** When an abandoned preparation is let go of; 0 while somebody holds it. */
  private releaseAt: number;
  private hooks: UpdateHooks | undefined;
  private lastText: string;
  private reportedTenth: number;

  constructor(
    private readonly updater: Updater,
    private readonly safe: SafeState,
    /** Asked before anything is touched: a reason to refuse, or undefined (trial, schedule, version policy). */
    private readonly policy: (offer: Offer) => Fault | undefined,
    private readonly notify: (event: RunEvent) => void,
    /** Told for each update whether somebody stands by; what the targets of unsafe layouts ask. */
    private readonly power?: UpdatePolicy,
  ) {
    this.phase_ = RunPhase.Idle;
    this.current = undefined;
    this.releaseAt = 0;
    this.hooks = undefined;
    this.lastText = "";
    this.reportedTenth = -1;
  }

  setHooks(hooks: UpdateHooks): void {
    this.hooks = hooks;
  }

  phase(): RunPhase {
    return this.phase_;
  }

  /** Of the update under way, or of the last one. */
  offer(): Offer | undefined {
    return this.current;
  }

  /** Judges the offer and, if nothing speaks against it, starts to make the equipment safe. */
  begin(now: number, offer: Offer): Fault | undefined {
    const held = this.phase_ === RunPhase.Idle || this.releaseAt > 0;
    if (!held) return fault(FaultNumber.RunningAlready, "");
    let refused = this.updater.judge(offer.size, offer.command);
    if (refused === undefined) refused = this.policy(offer);
    if (refused !== undefined) {
      this.refuse(refused);
      return refused;
    }
    this.current = offer;
    this.releaseAt = 0;
    if (this.power !== undefined) this.power.unattended = offer.unattended === true;
    if (this.phase_ === RunPhase.Idle) {
      this.phase_ = RunPhase.Preparing;
      this.lastText = "";
      this.safe.start(now);
    }
    return this.poll(now);
  }

  /** Looks after the safe state; to be called several times a second while not idle. @returns why it failed */
  poll(now: number): Fault | undefined {
    if (this.phase_ === RunPhase.Idle || this.phase_ === RunPhase.Committed) return undefined;
    if (this.releaseAt > 0 && now >= this.releaseAt) {
      this.release();
      return undefined;
    }
    const status = this.safe.poll(now);
    if (status === SafeStatus.Failed) {
      const why = fault(FaultNumber.SafeState, this.safe.reason());
      if (this.phase_ === RunPhase.Writing || this.phase_ === RunPhase.Verified) this.fail(why);
      else {
        this.reset();
        this.refuse(why);
      }
      return why;
    }
    if (this.phase_ === RunPhase.Preparing) {
      if (status === SafeStatus.Safe) {
        this.phase_ = RunPhase.Prepared;
        this.notify({ event: "safe" });
      } else if (this.safe.reason() !== this.lastText) {
        this.lastText = this.safe.reason();
        this.notify({ event: "safe-state", step: this.safe.stepName(), text: this.lastText });
      }
    }
    return undefined;
  }

  /** ms that the safe state may still take at worst. */
  remainingMs(now: number): number {
    return this.phase_ === RunPhase.Preparing ? this.safe.remainingMs(now) : 0;
  }

  waitingFor(): string {
    return this.lastText;
  }

  /** The uploader was told to come back: stay prepared for a minute, then let the application go on. */
  park(now: number): void {
    if (this.phase_ === RunPhase.Preparing || this.phase_ === RunPhase.Prepared)
      this.releaseAt = now + prepareKeepMs;
  }

  /** The first byte may come now. */
  open(): Fault | undefined {
    const offer = this.current;
    if (this.phase_ !== RunPhase.Prepared || offer === undefined)
      return fault(FaultNumber.SafeState, "equipment is not safe yet");
    if (!this.updater.begin(offer.size, offer.command)) {
      const why = this.updaterFault();
      this.fail(why);
      return why;
    }
    if (offer.md5.length > 0 && !this.updater.setMD5(offer.md5)) {
      const why = fault(FaultNumber.Md5, "not an MD5 given");
      this.fail(why);
      return why;
    }
    const sha256 = offer.sha256;
    if (sha256 !== undefined && sha256.length > 0 && !this.updater.setSHA256(sha256)) {
      const why = fault(FaultNumber.CorruptImage, "not a SHA-256 given");
      this.fail(why);
      return why;
    }
    this.phase_ = RunPhase.Writing;
    this.releaseAt = 0;
    this.reportedTenth = -1;
    if (this.hooks !== undefined) {
      try {
        this.hooks.onStart();
      } catch (error) {
        const why = fault(FaultNumber.SafeState, `onStart: ${errorText(error)}`);
        this.fail(why);
        return why;
      }
    }
    this.report();
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    if (this.phase_ !== RunPhase.Writing) return fault(FaultNumber.Aborted, "no update is running");
    if (this.updater.write(chunk) !== chunk.length) {
      const why = this.updaterFault();
      this.fail(why);
      return why;
    }
    this.report();
    return undefined;
  }

  /** True when every announced byte has been written. */
  isComplete(): boolean {
    return this.phase_ === RunPhase.Writing && this.updater.isFinished();
  }

  /** @param evenIfRemaining takes what has come as the whole image (the browser's way in knows no size before) */
  verify(evenIfRemaining: boolean): Fault | undefined {
    if (this.phase_ !== RunPhase.Writing) return fault(FaultNumber.Aborted, "no update is running");
    if (!this.updater.end(evenIfRemaining)) {
      const why = this.updaterFault();
      this.fail(why);
      return why;
    }
    this.phase_ = RunPhase.Verified;
    this.notify({ event: "verified", image: this.updater.describe(), md5: this.updater.md5String() });
    return undefined;
  }

  /** The equipment is looked at once more, then the one atomic step. */
  commit(now: number): Fault | undefined {
    const unsafe = this.poll(now);
    if (unsafe !== undefined) return unsafe;
    if (this.phase_ !== RunPhase.Verified) return fault(FaultNumber.Aborted, "nothing is verified");
    if (!this.updater.commit()) {
      const why = this.updaterFault();
      this.fail(why);
      return why;
    }
    this.phase_ = RunPhase.Committed;
    this.notify({ event: "committed", image: this.updater.describe() });
    return undefined;
  }

  /** The uploader knows: the application is told, and goes on if no restart follows. */
  finish(restarts: boolean): void {
    if (this.phase_ !== RunPhase.Committed) return;
    if (this.hooks !== undefined) {
      try {
        this.hooks.onEnd();
      } catch (error) {
        this.hookFailed(error);
      }
    }
    if (!restarts) this.safe.leave();
    this.phase_ = RunPhase.Idle;
  }

  /** Ends an update that cannot go on: one error for the application, which then resumes. */
  fail(why: Fault): void {
    if (this.phase_ === RunPhase.Idle || this.phase_ === RunPhase.Committed) return;
    this.updater.abort(why);
    this.reset();
    this.notify({ event: "error", code: why.code, text: why.text });
    this.tellError(why);
  }

  private release(): void {
    this.reset();
    this.notify({ event: "refused", code: "RELEASED", text: "no upload followed, the application goes on" });
  }

  private refuse(why: Fault): void {
    this.notify({ event: "refused", code: why.code, text: why.text });
    this.tellError(why);
  }

  private tellError(why: Fault): void {
    if (this.hooks === undefined) return;
    try {
      this.hooks.onError(why);
    } catch (error) {
      this.hookFailed(error);
    }
  }

  /** The update does not depend on it, so it goes on. */
  private hookFailed(error: unknown): void {
    this.notify({ event: "app-error", text: errorText(error) });
  }

  private reset(): void {
    this.phase_ = RunPhase.Idle;
    this.releaseAt = 0;
    this.safe.leave();
  }

  private updaterFault(): Fault {
    const why = this.updater.error();
    return why === undefined ? fault(FaultNumber.Aborted, "update failed") : why;
  }

  /** The hook hears of every piece, who watches of every tenth. */
  private report(): void {
    const done = this.updater.progress();
    const total = this.current === undefined ? 0 : this.current.size;
    if (this.hooks !== undefined) {
      try {
        this.hooks.onProgress(done, total);
      } catch (error) {
        this.hookFailed(error);
      }
    }
    const tenth = Math.floor((done * 10) / total);
    if (tenth === this.reportedTenth) return;
    this.reportedTenth = tenth;
    this.notify({ event: "progress", done: done, total: total });
  }
}
