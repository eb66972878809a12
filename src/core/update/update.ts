import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import { isHex } from "../text.js";
import type { ImageReceiver } from "./image-receiver.js";
import type { Offer } from "./offer.js";
import { errorText, type SafeState, SafeStatus } from "./safe-state.js";

/** The application's callbacks, in Arduino's words. One that throws is reported and changes nothing but for onStart. */
export interface UpdateHooks {
  /** May throw: that is the application's way to refuse. */
  readonly onStart?: () => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly onEnd?: () => void;
  /** Once per failure. */
  readonly onError?: (why: Fault) => void;
}

/** What happens, for the log and the application. */
export type UpdateEvent =
  | { readonly event: "safe-state"; readonly step: string; readonly text: string }
  | { readonly event: "safe" }
  | { readonly event: "refused"; readonly code: string; readonly text: string }
  | { readonly event: "progress"; readonly done: number; readonly total: number }
  | { readonly event: "verified"; readonly image: string; readonly md5: string }
  | { readonly event: "committed"; readonly image: string }
  | { readonly event: "error"; readonly code: string; readonly text: string }
  | { readonly event: "app-error"; readonly text: string };

export const enum UpdatePhase {
  Idle = 0,
  /** The equipment is on its way to its safe state. */
  Preparing = 1,
  /** Safe; nothing written yet. */
  Prepared = 2,
  Writing = 3,
  Verified = 4,
  Committed = 5,
  /** Safe; the board restarts without its application, and then the update goes on (core/update/errand.ts). */
  Leaving = 6,
}

/** How long the equipment stays prepared after an uploader was sent away to retry, ms. */
export const enum Prepared {
  KeepMs = 60000,
}

/** What an update is made with. */
export interface UpdateTools {
  /** Bytes of the largest image that a command may bring (ESP.getFreeSketchSpace); 0: nothing takes it. */
  readonly capacity: (command: number) => number;
  /** Made when the first byte may come. Throws without memory. */
  readonly receiver: (offer: Offer) => ImageReceiver;
  readonly safe: SafeState;
  /** Called before anything is touched: a reason to refuse, or undefined (trial, schedule, version policy). */
  readonly policy: () => Fault | undefined;
  readonly notify: (event: UpdateEvent) => void;
  /**
   * Called once the equipment is safe: whether the image can be taken beside the application, for the memory that it
   * leaves and because it leaves the safe pins alone; absent: it can.
   */
  readonly canStay?: () => boolean;
}

/**
 * One update, the same for every way in. The order of calls, `poll` several times a second all along:
 *
 *   begin    judges the offer; the equipment goes to its safe state       Idle → Preparing → Prepared or Leaving
 *   park     the sender comes back later: prepared for a minute           (stays)
 *   open     onStart; the first byte may come                             Prepared → Writing
 *   write    pieces of any length; written in blocks                      Writing
 *   verify   length, MD5, and what flash holds now                        Writing → Verified
 *   commit   equipment once more, then the one atomic step                Verified → Committed
 *   finish   the sender has its answer: onEnd                             Committed → Idle
 *   fail     at any point before the commit: the application goes on      → Idle
 *
 * The original's Updater (esp8266/Arduino Updater.h) differs in two things: its `end` both verifies and commits, and an
 * error there makes a half-received image look finished.
 */
export class Update {
  phase: UpdatePhase = UpdatePhase.Idle;
  /** Of the update under way, or of the last one. */
  offer: Offer | undefined = undefined;
  hooks: UpdateHooks = {};
  /** When an abandoned preparation is released; 0 while a sender holds it. */
  private releaseAt = 0;
  /** What the safe state waits for. */
  waitingFor = "";
  /** Bytes at which progress is reported next, to the hook and to watchers. */
  private reportAt = 0;
  private nextTenth = 0;
  /** From `open` to the end; read only. */
  receiver: ImageReceiver | undefined = undefined;

  constructor(private readonly tools: UpdateTools) {}

  /** Judges the offer and, if there is no objection, starts to make the equipment safe. */
  begin(now: number, offer: Offer): Fault | undefined {
    if (this.phase !== UpdatePhase.Idle && this.releaseAt === 0) return fault(FaultNumber.RunningAlready, "");
    const space = this.tools.capacity(offer.command);
    let refused: Fault | undefined;
    if (offer.size === 0) refused = fault(FaultNumber.Size, "");
    else if (space === 0) refused = fault(FaultNumber.UnknownCommand, "");
    else if (offer.size > space) refused = fault(FaultNumber.Space, "");
    else refused = this.tools.policy();
    if (refused !== undefined) {
      this.refuse(refused);
      return refused;
    }
    this.offer = offer;
    this.releaseAt = 0;
    if (this.phase === UpdatePhase.Idle) {
      this.phase = UpdatePhase.Preparing;
      this.waitingFor = "";
      this.tools.safe.start(now);
    }
    return this.poll(now);
  }

  /** Watches the safe state. @returns why the update failed */
  poll(now: number): Fault | undefined {
    if (this.phase === UpdatePhase.Idle || this.phase === UpdatePhase.Committed) return undefined;
    if (this.releaseAt > 0 && now >= this.releaseAt) {
      this.reset();
      const text = "no upload followed, the application goes on";
      this.tools.notify({ event: "refused", code: "RELEASED", text: text });
      return undefined;
    }
    const safe = this.tools.safe;
    const status = safe.poll(now);
    if (status === SafeStatus.Failed) {
      const why = fault(FaultNumber.SafeState, safe.text);
      if (this.phase === UpdatePhase.Writing || this.phase === UpdatePhase.Verified) return this.fail(why);
      this.reset();
      this.refuse(why);
      return why;
    }
    if (this.phase !== UpdatePhase.Preparing) return undefined;
    if (status === SafeStatus.Safe) {
      const canStay = this.tools.canStay;
      this.phase = UpdatePhase.Prepared;
      this.tools.notify({ event: "safe" });
      if (canStay === undefined || canStay()) return undefined;
      // The application can object only now: it does not run any more when the first byte comes.
      const objection = this.objection();
      if (objection !== undefined) return this.fail(objection);
      this.phase = UpdatePhase.Leaving;
    } else if (safe.text !== this.waitingFor) {
      this.waitingFor = safe.text;
      this.tools.notify({ event: "safe-state", step: safe.stepName(), text: this.waitingFor });
    }
    return undefined;
  }

  /** ms that the safe state may still take at worst. */
  remainingMs(now: number): number {
    return this.phase === UpdatePhase.Preparing ? this.tools.safe.remainingMs(now) : 0;
  }

  /** The uploader has to come back: stay prepared for a minute, then let the application go on. */
  park(now: number): void {
    if (this.phase === UpdatePhase.Preparing || this.phase === UpdatePhase.Prepared)
      this.releaseAt = now + Prepared.KeepMs;
  }

  open(): Fault | undefined {
    const offer = this.offer;
    if (this.phase !== UpdatePhase.Prepared || offer === undefined)
      return fault(FaultNumber.SafeState, "equipment is not safe yet");
    if (offer.md5.length > 0 && !isHex(offer.md5, 32))
      return this.fail(fault(FaultNumber.Md5, "not an MD5 given"));
    if (offer.sha256 !== undefined && offer.sha256.length > 0 && !isHex(offer.sha256, 64))
      return this.fail(fault(FaultNumber.CorruptImage, "not a SHA-256 given"));
    this.phase = UpdatePhase.Writing;
    this.releaseAt = 0;
    try {
      this.receiver = this.tools.receiver(offer);
    } catch (error) {
      return this.fail(fault(FaultNumber.OutOfMemory, errorText(error)));
    }
    const objection = this.objection();
    if (objection !== undefined) return this.fail(objection);
    this.report(0, offer.size);
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    const receiver = this.receiver;
    if (this.phase !== UpdatePhase.Writing || receiver === undefined)
      return fault(FaultNumber.Aborted, "no update is running");
    const failed = receiver.write(chunk);
    if (failed !== undefined) return this.fail(failed);
    if (receiver.received >= this.reportAt && this.offer !== undefined)
      this.report(receiver.received, this.offer.size);
    return undefined;
  }

  verify(): Fault | undefined {
    const receiver = this.receiver;
    if (this.phase !== UpdatePhase.Writing || receiver === undefined)
      return fault(FaultNumber.Aborted, "no update is running");
    const failed = receiver.verify();
    if (failed !== undefined) return this.fail(failed);
    this.phase = UpdatePhase.Verified;
    this.tools.notify({ event: "verified", image: receiver.describe(), md5: receiver.md5 });
    return undefined;
  }

  commit(now: number): Fault | undefined {
    const unsafe = this.poll(now);
    if (unsafe !== undefined) return unsafe;
    const receiver = this.receiver;
    if (this.phase !== UpdatePhase.Verified || receiver === undefined)
      return fault(FaultNumber.Aborted, "nothing is verified");
    const failed = receiver.commit();
    if (failed !== undefined) return this.fail(failed);
    this.phase = UpdatePhase.Committed;
    this.tools.notify({ event: "committed", image: receiver.describe() });
    return undefined;
  }

  finish(restarts: boolean): void {
    if (this.phase !== UpdatePhase.Committed) return;
    if (this.hooks.onEnd !== undefined) {
      try {
        this.hooks.onEnd();
      } catch (error) {
        this.hookFailed(error);
      }
    }
    if (!restarts) this.tools.safe.leave();
    this.phase = UpdatePhase.Idle;
    this.receiver = undefined;
  }

  /** One error for the application, which then goes on. @returns `why` */
  fail(why: Fault): Fault {
    if (this.phase === UpdatePhase.Idle || this.phase === UpdatePhase.Committed) return why;
    this.reset();
    this.tools.notify({ event: "error", code: why.code, text: why.text });
    this.onError(why);
    return why;
  }

  private objection(): Fault | undefined {
    try {
      if (this.hooks.onStart !== undefined) this.hooks.onStart();
    } catch (error) {
      return fault(FaultNumber.SafeState, `onStart: ${errorText(error)}`);
    }
    return undefined;
  }

  private refuse(why: Fault): void {
    this.tools.notify({ event: "refused", code: why.code, text: why.text });
    this.onError(why);
  }

  private onError(why: Fault): void {
    if (this.hooks.onError === undefined) return;
    try {
      this.hooks.onError(why);
    } catch (error) {
      this.hookFailed(error);
    }
  }

  /** The update does not depend on it, so it goes on. */
  private hookFailed(error: unknown): void {
    this.tools.notify({ event: "app-error", text: errorText(error) });
  }

  private reset(): void {
    this.phase = UpdatePhase.Idle;
    this.releaseAt = 0;
    this.receiver = undefined;
    this.tools.safe.leave();
  }

  /** The hook is called for every piece, watchers for every tenth. */
  private report(done: number, total: number): void {
    const onProgress = this.hooks.onProgress;
    const tenth = Math.floor((done * 10) / total);
    const next = Math.ceil(((tenth + 1) * total) / 10);
    const isNews = done === 0 || next > this.nextTenth;
    this.nextTenth = next;
    this.reportAt = onProgress === undefined ? next : 0;
    if (onProgress !== undefined) {
      try {
        onProgress(done, total);
      } catch (error) {
        this.hookFailed(error);
      }
    }
    if (isNews) this.tools.notify({ event: "progress", done: done, total: total });
  }
}
