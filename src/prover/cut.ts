import { PowerCut, type Tear, tearModes, tearOf, tornBytes } from "../board/power-cut.js";
import { StartReason } from "../core/update/boot.js";
import { type Fingerprint, type Step, stateKey } from "./record.js";
import type { World } from "./scenario.js";

/** A moment at which the power goes: the operation's number in its run, how it is torn, what RTC memory does. */
export interface Cut {
  readonly operation: number;
  readonly tear: (typeof tearModes)[number];
  /** "lost": the supply failed. "kept": a reset (watchdog, brown-out detector) in the middle of the operation. */
  readonly rtc: "kept" | "lost";
}

export const rtcFates = ["lost", "kept"] as const;

export const cutsPerOperation = tearModes.length * rtcFates.length;

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
  readonly key: string;
  readonly make: () => World;
}

/** What a cut in this step leaves behind. */
export function tornState(step: Step, cut: Cut, seed: number): TornState {
  const tear = tearFor(step, cut.tear, seed);
  const { before, operation } = step;
  const within =
    operation.kind === "erase" ? 0 : (operation.address - before.flash.base) % before.flash.blockLength;
  const length = operation.kind === "erase" ? step.blockBefore.length : operation.length;
  const torn = step.blockBefore.slice();
  torn.set(
    tornBytes(
      step.blockBefore.subarray(within, within + length),
      step.blockAfter.subarray(within, within + length),
      tear,
    ),
    within,
  );
  const flashKey = step.key.after(step.block, step.blockBefore, torn);
  const shell = before.withFlash(before.flash);
  afterCut(shell, cut);
  return {
    cut,
    flashKey,
    key: stateKey(flashKey, shell),
    make: () => {
      const world = before.fork();
      tearFlash(world, step, tear, within, length);
      afterCut(world, cut);
      return world;
    },
  };
}

/** Lets the chip itself tear the operation: the model of the physics is the board's, not the prover's. */
function tearFlash(world: World, step: Step, tear: Tear, within: number, length: number): void {
  const { operation, blockAfter } = step;
  world.flash.cutAt(world.flash.operations, tear);
  try {
    if (operation.kind === "erase") world.flash.eraseBlockAt(operation.address);
    else world.flash.program(operation.address, blockAfter.subarray(within, within + length));
  } catch (error) {
    // An operation that the chip's own fault ends was none.
    if (!(error instanceof PowerCut) && world.flash.fault === undefined) throw error;
  }
  world.flash.hook = undefined;
}

/** What the chip reports: power-on, or the worst of the resets that keep RTC memory. */
function afterCut(world: World, cut: Cut): void {
  if (cut.rtc === "lost") world.rtc.losePower();
  world.restart(cut.rtc === "lost" ? StartReason.PowerOn : StartReason.Watchdog);
}

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
