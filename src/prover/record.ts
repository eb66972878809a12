import { createHash } from "node:crypto";
import { FlashGuardError, type FlashOperation } from "../board/nor-flash.js";
import { PowerCut } from "../board/power-cut.js";
import type { Finding, World } from "./scenario.js";

const hashes = new WeakMap<Uint8Array, Int32Array>();

function contentHash(block: Uint8Array): Int32Array {
  const known = hashes.get(block);
  if (known !== undefined) return known;
  const digest = createHash("md5").update(block).digest();
  const words = new Int32Array(4);
  for (let i = 0; i < 4; i++) words[i] = digest.readInt32LE(i * 4);
  hashes.set(block, words);
  return words;
}

/**
 * 128 bits that stand for the whole content of a chip, kept up to date block by block: the XOR over all blocks that
 * differ from the chip it started with of a hash of number and content (Zobrist's way). Equal states of different
 * histories get equal fingerprints, so that each state is looked at once.
 */
export class Fingerprint {
  private readonly words: Int32Array;

  constructor(from?: Fingerprint) {
    this.words = from === undefined ? new Int32Array(4) : from.words.slice();
  }

  /** As it is after `block` has changed from `before` to `after`. */
  after(block: number, before: Uint8Array, after: Uint8Array): Fingerprint {
    const next = new Fingerprint(this);
    next.toggle(block, before);
    next.toggle(block, after);
    return next;
  }

  text(): string {
    return this.words.join();
  }

  private toggle(block: number, content: Uint8Array): void {
    const hash = contentHash(content);
    for (let i = 0; i < 4; i++) {
      let word = hash[i] ^ Math.imul(block + 1, 0x9e3779b1 + 2 * i);
      word = Math.imul(word ^ (word >>> 15), 0x85ebca6b);
      word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
      this.words[i] ^= word ^ (word >>> 16);
    }
  }
}

/** Flash, RTC memory and what is known of the past, in one line. */
export function stateKey(flash: Fingerprint, world: World): string {
  const rtc = contentHash(world.rtc.read(0, 512)).join();
  return `${flash.text()} ${rtc} ${world.reason} ${world.marks}`;
}

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
  world.onLog = start.onLog;
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
