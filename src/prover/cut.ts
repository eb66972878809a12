import { PowerCut, type Tear, type tearModes, tearOf, tornBytes } from "../board/power-cut.js";
import { StartReason } from "../core/update/boot.js";
import { boardKey, type Fingerprint, type Step, stateKey } from "./record.js";
import type { World } from "./scenario.js";

/** A moment at which the power goes: the operation's number in its run, how it is torn, what RTC memory does. */
export interface Cut {
  readonly operation: number;
  readonly tear: (typeof tearModes)[number];
  readonly rtc: RtcFate;
}

/**
 * "lost": the supply failed, and RTC memory holds noise. "torn": the same, but what comes first in it has outlasted the
 * gap. "kept": a reset (watchdog, brown-out detector) in the middle of the operation.
 */
export type RtcFate = "lost" | "torn" | "kept";

export const rtcFates = ["lost", "torn", "kept"] as const;

/** Where nothing reads RTC memory the second fate is the first one. */
export function fatesOf({ readsRtc }: World): readonly RtcFate[] {
  return readsRtc ? rtcFates : ["lost", "kept"];
}

/** Bytes that outlast the gap: half of eboot's command. */
const outlasting = 64;

/** The same operation is always torn the same way, whatever came before it: replays need no more than the seed. */
export function tearFor(step: Step, mode: Cut["tear"], seed: number): Tear {
  const { address, length } = step.operation;
  let mixed = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(address + 1, 0x85ebca6b) ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return tearOf(mode, (mixed ^ (mixed >>> 16)) >>> 0 || 1);
}

/** A board after a cut, made only when it is needed. */
export interface TornState {
  readonly cut: Cut;
  readonly flashKey: Fingerprint;
  readonly boardKey: Fingerprint;
  /** Of the board and of what is known of its past. */
  readonly key: Fingerprint;
  readonly make: () => World;
}

/** What a cut in this step leaves behind. */
export function tornState(step: Step, cut: Cut, seed: number): TornState {
  return tornStates(step, cut.tear, [cut.rtc], cut.operation, seed)[0];
}

/** The same for each fate of RTC memory. */
export function tornStates(
  step: Step,
  mode: Cut["tear"],
  fates: readonly RtcFate[],
  operation: number,
  seed: number,
): TornState[] {
  const tear = tearFor(step, mode, seed);
  const { before, blockBefore, blockAfter, from, to } = step;
  let flashKey = mode === "nothing" ? step.key : step.keyAfter;
  if (mode !== "nothing" && mode !== "complete") {
    const torn = blockBefore.slice();
    torn.set(tornBytes(blockBefore.subarray(from, to), blockAfter.subarray(from, to), tear), from);
    flashKey = step.key.after(step.block, blockBefore, torn, from, to);
  }
  return fates.map((rtc) => {
    const cut: Cut = { operation, tear: mode, rtc };
    const shell = before.withFlash(before.flash);
    afterCut(shell, cut, seed);
    const board = boardKey(flashKey, shell);
    return {
      cut,
      flashKey,
      boardKey: board,
      key: stateKey(board, shell),
      make: () => {
        const world = before.fork();
        tearFlash(world, step, tear);
        afterCut(world, cut, seed);
        return world;
      },
    };
  });
}

/** Lets the chip itself tear the operation: the model of the physics is the board's, not the prover's. */
function tearFlash(world: World, step: Step, tear: Tear): void {
  const { operation, blockAfter, from, to } = step;
  world.flash.cutAt(world.flash.operations, tear);
  try {
    if (operation.kind === "erase") world.flash.eraseBlockAt(operation.address);
    else world.flash.program(operation.address, blockAfter.subarray(from, to));
  } catch (error) {
    // An operation that the chip's own fault ends was none.
    if (!(error instanceof PowerCut) && world.flash.fault === undefined) throw error;
  }
  world.flash.hook = undefined;
}

/**
 * What RTC memory holds, the same noise after each cut, and what the chip reports: power-on, or the worst of the resets that
 * keep RTC memory. That is a watchdog's, but only twice: three crashes in a row are what a version is given up for.
 */
function afterCut(world: World, { rtc }: Cut, seed: number): void {
  if (rtc !== "kept") {
    if (world.readsRtc) world.rtc.losePower(seed, rtc === "torn" ? outlasting : 0);
    world.restart(StartReason.PowerOn);
  } else if (world.watchdogs < mostWatchdogs) {
    world.watchdogs++;
    world.restart(StartReason.Watchdog);
  } else world.restart(StartReason.BrownOut);
}

const mostWatchdogs = 2;

/** Repeatable numbers: xorshift32 (Marsaglia 2003). */
export class SeededRandom {
  private state: number;

  /** @param text makes runs of different scenarios differ under one seed */
  constructor(seed: number, text: string) {
    let state = (seed ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
    this.state = state || 1;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }
}
