import { FlashGuardError, type FlashOperation } from "../board/nor-flash.js";
import { PowerCut } from "../board/power-cut.js";
import { Fingerprint } from "./fingerprint.js";
import type { Finding, World } from "./world.js";

/** One flash operation of a run, and the board right before it. */
export interface Step {
  readonly operation: FlashOperation;
  /** Never run, only forked. */
  readonly before: World;
  readonly key: Fingerprint;
  /** Number of the block and what it holds before and after. */
  readonly block: number;
  readonly blockBefore: Uint8Array;
  readonly blockAfter: Uint8Array;
}

export interface Recording {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly end: World;
  readonly endKey: Fingerprint;
}

/** A run that breaks a rule of the bench (a write outside its place) ends with a finding; so does code that throws. */
export function runGuarded(world: World, run: (world: World) => Finding[]): Finding[] {
  try {
    return run(world);
  } catch (error) {
    if (error instanceof FlashGuardError) return [{ kind: "outside", text: error.message }];
    if (error instanceof PowerCut) throw error;
    return [
      { kind: "brick", text: `the board's code throws: ${error instanceof Error ? error.message : error}` },
    ];
  }
}

/** Runs on a fork of `start` and keeps the board as it was before every flash operation. */
export function record(start: World, startKey: Fingerprint, run: (world: World) => Finding[]): Recording {
  const world = start.fork();
  world.say = start.say;
  const begun: { operation: FlashOperation; before: World }[] = [];
  world.flash.hook = (operation) => {
    begun.push({ operation, before: world.fork() });
    return undefined;
  };
  const findings = runGuarded(world, run);
  world.flash.hook = undefined;
  const end = world.fork();
  const steps: Step[] = [];
  let key = startKey;
  begun.forEach(({ operation, before }, index) => {
    const next = begun[index + 1]?.before ?? end;
    const block = Math.floor((operation.address - before.flash.base) / before.flash.blockLength);
    const blockBefore = before.flash.frozenBlockAt(operation.address);
    const blockAfter = next.flash.frozenBlockAt(operation.address);
    steps.push({ operation, before, key, block, blockBefore, blockAfter });
    key = key.after(block, blockBefore, blockAfter);
  });
  return { steps, findings, end, endKey: key };
}

export const zeroKey = new Fingerprint();
