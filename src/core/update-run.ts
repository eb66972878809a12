import { type Fault, FaultNumber, fault } from "./errors.js";
import type { UpdatePolicy } from "./firmware/firmware-target.js";
import type { Offer } from "./offer.js";
import type { BlockBuffer, Bytes, Chunk, Crypto, Digest } from "./ports.js";
import { errorText, type SafeState, SafeStatus } from "./safe-state.js";
import { isHex } from "./same-text.js";
import type { Target } from "./target.js";

/** The application's callbacks, in Arduino's words. One that throws is reported and changes nothing but for onStart. */
export interface UpdateHooks {
  /** May throw: that is the application's way to say no. */
  readonly onStart?: () => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly onEnd?: () => void;
  /** Once per failure. */
  readonly onError?: (why: Fault) => void;
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
  /** Safe; the board restarts without its application to make room for the update, which then goes on (core/errand.ts). */
  Leaving = 6,
}

/** How long the equipment stays prepared after an uploader was asked to come back, ms. */
export const prepareKeepMs = 60000;

/** What an update is made with. */
export interface UpdateTools {
  readonly bytes: Pick<Bytes, "block">;
  readonly crypto: Pick<Crypto, "md5">;
  /** In the order in which they are asked whether an image is theirs. */
  readonly targets: readonly Target[];
  readonly safe: SafeState;
  /** Asked before anything is touched: a reason to refuse, or undefined (trial, schedule, version policy). */
  readonly policy: () => Fault | undefined;
  readonly notify: (event: RunEvent) => void;
  /** Asked once the equipment is safe: whether the image can be taken beside the application; absent: it can. */
  readonly hasRoom?: () => boolean;
  /** Set for each update: whether somebody stands by. What the targets of unsafe layouts ask. */
  readonly power?: UpdatePolicy;
}

/**
 * One update, the same for every way in. The order of calls, `poll` several times a second all along:
 *
 *   begin    judges the offer; the equipment goes to its safe state       Idle → Preparing → Prepared
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
export class UpdateRun {
  phase: RunPhase;
  /** Of the update under way, or of the last one. */
  offer: Offer | undefined;
  hooks: UpdateHooks;
  /** When an abandoned preparation is released; 0 while somebody holds it. */
  private releaseAt: number;
  /** What the safe state waits for. */
  waitingFor: string;
  private reportedTenth: number;
  private target: Target | undefined;
  private digest: Digest | undefined;
  private block: BlockBuffer | undefined;
  /** Bytes in the block, and bytes received in all. */
  private filled: number;
  private received: number;
  /** The head is judged, and nobody wants to know of each piece. */
  private isCollecting: boolean;
  /** Bytes of the head that a target wants to judge. */
  private wanted: number;

  constructor(private readonly tools: UpdateTools) {
    this.phase = RunPhase.Idle;
    this.offer = undefined;
    this.hooks = {};
    this.releaseAt = 0;
    this.waitingFor = "";
    this.reportedTenth = -1;
    this.target = undefined;
    this.digest = undefined;
    this.block = undefined;
    this.filled = 0;
    this.received = 0;
    this.wanted = 0;
    this.isCollecting = false;
  }

  /** Bytes of the largest image that this command may bring (ESP.getFreeSketchSpace). */
  freeSpace(command: number): number {
    let most = 0;
    for (const target of this.tools.targets) {
      const capacity = target.capacity(command);
      if (capacity > most) most = capacity;
    }
    return most;
  }

  /** Judges the offer and, if nothing speaks against it, starts to make the equipment safe. */
  begin(now: number, offer: Offer): Fault | undefined {
    if (this.phase !== RunPhase.Idle && this.releaseAt === 0) return fault(FaultNumber.RunningAlready, "");
    const space = this.freeSpace(offer.command);
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
    const power = this.tools.power;
    if (power !== undefined) power.unattended = offer.unattended === true;
    if (this.phase === RunPhase.Idle) {
      this.phase = RunPhase.Preparing;
      this.waitingFor = "";
      this.tools.safe.start(now);
    }
    return this.poll(now);
  }

  /** Watches the safe state. @returns why the update failed */
  poll(now: number): Fault | undefined {
    if (this.phase === RunPhase.Idle || this.phase === RunPhase.Committed) return undefined;
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
      if (this.phase === RunPhase.Writing || this.phase === RunPhase.Verified) return this.fail(why);
      this.reset();
      this.refuse(why);
      return why;
    }
    if (this.phase !== RunPhase.Preparing) return undefined;
    if (status === SafeStatus.Safe) {
      const hasRoom = this.tools.hasRoom;
      this.phase = hasRoom === undefined || hasRoom() ? RunPhase.Prepared : RunPhase.Leaving;
      this.tools.notify({ event: "safe" });
    } else if (safe.text !== this.waitingFor) {
      this.waitingFor = safe.text;
      this.tools.notify({ event: "safe-state", step: safe.stepName(), text: this.waitingFor });
    }
    return undefined;
  }

  /** ms that the safe state may still take at worst. */
  remainingMs(now: number): number {
    return this.phase === RunPhase.Preparing ? this.tools.safe.remainingMs(now) : 0;
  }

  /** The uploader was asked to come back: stay prepared for a minute, then let the application go on. */
  park(now: number): void {
    if (this.phase === RunPhase.Preparing || this.phase === RunPhase.Prepared)
      this.releaseAt = now + prepareKeepMs;
  }

  open(): Fault | undefined {
    const offer = this.offer;
    if (this.phase !== RunPhase.Prepared || offer === undefined)
      return fault(FaultNumber.SafeState, "equipment is not safe yet");
    if (offer.md5.length > 0 && !isHex(offer.md5, 32))
      return this.fail(fault(FaultNumber.Md5, "not an MD5 given"));
    if (offer.sha256 !== undefined && offer.sha256.length > 0 && !isHex(offer.sha256, 64))
      return this.fail(fault(FaultNumber.CorruptImage, "not a SHA-256 given"));
    this.phase = RunPhase.Writing;
    this.releaseAt = 0;
    this.reportedTenth = -1;
    this.received = 0;
    this.filled = 0;
    this.target = undefined;
    this.isCollecting = false;
    this.wanted = 0;
    for (const target of this.tools.targets)
      if (target.capacity(offer.command) > 0 && target.headLength > this.wanted)
        this.wanted = target.headLength;
    try {
      this.digest = this.tools.crypto.md5();
      this.block = this.tools.bytes.block();
    } catch (error) {
      return this.fail(fault(FaultNumber.OutOfMemory, errorText(error)));
    }
    try {
      if (this.hooks.onStart !== undefined) this.hooks.onStart();
    } catch (error) {
      return this.fail(fault(FaultNumber.SafeState, `onStart: ${errorText(error)}`));
    }
    this.report();
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    const block = this.block;
    const offer = this.offer;
    if (this.phase !== RunPhase.Writing || block === undefined || offer === undefined)
      return fault(FaultNumber.Aborted, "no update is running");
    if (this.received + chunk.length > offer.size) return this.fail(fault(FaultNumber.Space, ""));
    const end = this.filled + chunk.length;
    // Nearly all of an image comes this way, and to an interpreter every line counts.
    if (end < block.length && this.isCollecting && this.received + chunk.length < offer.size) {
      block.set(chunk, this.filled);
      this.filled = end;
      this.received += chunk.length;
      return undefined;
    }
    let from = 0;
    while (from < chunk.length) {
      let length = chunk.length - from;
      if (length > block.length - this.filled) length = block.length - this.filled;
      block.set(length === chunk.length ? chunk : chunk.slice(from, from + length), this.filled);
      this.filled += length;
      this.received += length;
      from += length;
      const failed = this.settle(this.received === offer.size);
      if (failed !== undefined) return this.fail(failed);
    }
    this.report();
    return undefined;
  }

  verify(): Fault | undefined {
    const digest = this.digest;
    const offer = this.offer;
    if (this.phase !== RunPhase.Writing || digest === undefined || offer === undefined)
      return fault(FaultNumber.Aborted, "no update is running");
    if (this.received === 0) return this.fail(fault(FaultNumber.NoData, ""));
    if (this.received < offer.size)
      return this.fail(fault(FaultNumber.Aborted, `got ${this.received} of ${offer.size} bytes`));
    const md5 = digest.hex();
    this.digest = undefined;
    const expected = offer.md5.toLowerCase();
    if (expected.length > 0 && md5 !== expected)
      return this.fail(fault(FaultNumber.Md5, `expected: ${expected}, calculated: ${md5}`));
    const target = this.target;
    if (target === undefined) return this.fail(fault(FaultNumber.MagicByte, ""));
    const sha256 = offer.sha256 === undefined ? "" : offer.sha256.toLowerCase();
    const failed = target.verify(md5, sha256);
    if (failed !== undefined) return this.fail(failed);
    this.phase = RunPhase.Verified;
    this.tools.notify({ event: "verified", image: target.describe(), md5: md5 });
    return undefined;
  }

  commit(now: number): Fault | undefined {
    const unsafe = this.poll(now);
    if (unsafe !== undefined) return unsafe;
    const target = this.target;
    if (this.phase !== RunPhase.Verified || target === undefined)
      return fault(FaultNumber.Aborted, "nothing is verified");
    const failed = target.commit();
    if (failed !== undefined) return this.fail(failed);
    this.phase = RunPhase.Committed;
    this.tools.notify({ event: "committed", image: target.describe() });
    return undefined;
  }

  finish(restarts: boolean): void {
    if (this.phase !== RunPhase.Committed) return;
    if (this.hooks.onEnd !== undefined) {
      try {
        this.hooks.onEnd();
      } catch (error) {
        this.hookFailed(error);
      }
    }
    if (!restarts) this.tools.safe.leave();
    this.phase = RunPhase.Idle;
    this.block = undefined;
  }

  /** One error for the application, which then goes on. @returns `why` */
  fail(why: Fault): Fault {
    if (this.phase === RunPhase.Idle || this.phase === RunPhase.Committed) return why;
    this.reset();
    this.tools.notify({ event: "error", code: why.code, text: why.text });
    this.onError(why);
    return why;
  }

  /** What of the block can go on its way, once the head has been judged. */
  private settle(isLast: boolean): Fault | undefined {
    const block = this.block;
    const digest = this.digest;
    if (block === undefined || digest === undefined || this.filled === 0) return undefined;
    if (this.target === undefined) {
      if (this.filled < this.wanted && this.filled < block.length && !isLast) return undefined;
      const refused = this.choose(block.head(this.filled));
      if (refused !== undefined) return refused;
    }
    const target = this.target;
    if (target === undefined || (this.filled < block.length && !isLast)) return undefined;
    const bytes = block.take(this.filled);
    this.filled = 0;
    digest.update(bytes);
    return target.write(bytes);
  }

  private choose(head: Chunk): Fault | undefined {
    const offer = this.offer;
    if (offer === undefined) return fault(FaultNumber.NoData, "");
    for (const target of this.tools.targets) {
      if (target.capacity(offer.command) === 0 || !target.recognises(head, offer.command)) continue;
      if (offer.size > target.capacity(offer.command)) return fault(FaultNumber.Space, "");
      const refused = target.judge(head, offer.size);
      if (refused !== undefined) return refused;
      this.target = target;
      this.isCollecting = this.hooks.onProgress === undefined;
      return undefined;
    }
    return fault(FaultNumber.MagicByte, "");
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
    this.phase = RunPhase.Idle;
    this.releaseAt = 0;
    this.target = undefined;
    this.digest = undefined;
    this.block = undefined;
    this.tools.safe.leave();
  }

  /** The hook is called for every piece, watchers for every tenth. */
  private report(): void {
    const total = this.offer === undefined ? 0 : this.offer.size;
    if (this.hooks.onProgress !== undefined) {
      try {
        this.hooks.onProgress(this.received, total);
      } catch (error) {
        this.hookFailed(error);
      }
    }
    const tenth = Math.floor((this.received * 10) / total);
    if (tenth === this.reportedTenth) return;
    this.reportedTenth = tenth;
    this.tools.notify({ event: "progress", done: this.received, total: total });
  }
}
