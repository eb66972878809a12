import { FlashGuardError, type FlashOperation } from "../board/nor-flash.js";
import { PowerCut } from "../board/power-cut.js";
import type { Finding, World } from "./scenario.js";

/** Three 32-bit lanes of a sum. */
type Lanes = readonly [number, number, number];

/**
 * 96 bits that stand for bytes at their places: the sum, lane by lane, of a hash of each word that is not erased
 * (Zobrist's way). Equal contents of different histories get equal fingerprints, so that each state is looked at once, and
 * a change costs what has changed.
 */
export class Fingerprint {
  constructor(readonly lanes: Lanes = [0, 0, 0]) {}

  /**
   * As it is after bytes have changed.
   * @param address of the first byte of both, a multiple of four
   * @param from to: what part of them may differ
   */
  after(address: number, before: Uint8Array, after: Uint8Array, from = 0, to = before.length): Fingerprint {
    let [a, b, c] = this.lanes;
    const old = wordsOf(before);
    const now = wordsOf(after);
    for (let i = from >> 2; i << 2 < to; i++) {
      if (old[i] === now[i]) continue;
      const place = Math.imul((address >> 2) + i + 1, 0x9e3779b1);
      if (old[i] !== erased) {
        a -= mixed(old[i] ^ place, 0x85ebca6b);
        b -= mixed(old[i] + place, 0xc2b2ae35);
        c -= mixed(old[i] ^ ~place, 0x27d4eb2f);
      }
      if (now[i] !== erased) {
        a += mixed(now[i] ^ place, 0x85ebca6b);
        b += mixed(now[i] + place, 0xc2b2ae35);
        c += mixed(now[i] ^ ~place, 0x27d4eb2f);
      }
      a |= 0;
      b |= 0;
      c |= 0;
    }
    return new Fingerprint([a, b, c]);
  }

  /** With something besides: numbers that are no bytes of flash. */
  with(...values: readonly number[]): Fingerprint {
    let [a, b, c] = this.lanes;
    for (const value of values) {
      a = mixed(a ^ value, 0x85ebca6b);
      b = mixed(b + value, 0xc2b2ae35);
      c = mixed(c ^ ~value, 0x27d4eb2f);
    }
    return new Fingerprint([a, b, c]);
  }

  equals({ lanes }: Fingerprint): boolean {
    return this.lanes.every((lane, i) => lane === lanes[i]);
  }
}

const erased = -1;
const rtcPlace = 0x40000000;
const blankRtc = new Uint8Array(512).fill(0xff);

function mixed(value: number, factor: number): number {
  let word = Math.imul(value ^ (value >>> 15), factor);
  word = Math.imul(word ^ (word >>> 13), 0x165667b1);
  return word ^ (word >>> 16);
}

const words = new WeakMap<Uint8Array, Int32Array>();

/** Blocks are asked for again and again. */
function wordsOf(bytes: Uint8Array): Int32Array {
  let found = words.get(bytes);
  if (found === undefined) {
    found = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    words.set(bytes, found);
  }
  return found;
}

/** All that the board finds at a start: flash, RTC memory where something reads it, the reset reason. */
export function boardKey(flash: Fingerprint, { rtc, readsRtc, reason }: World): Fingerprint {
  const key = readsRtc ? flash.after(rtcPlace, blankRtc, rtc.read(0, 512)) : flash;
  return key.with(reason);
}

/** The same and what is known of the past. */
export function stateKey(board: Fingerprint, { marks, watchdogs }: World): Fingerprint {
  const numbers = [watchdogs];
  for (let i = 0; i < marks.length; i++) numbers.push(marks.charCodeAt(i));
  return board.with(...numbers);
}

/** All of a chip. */
export function chipKey({ flash }: World): Fingerprint {
  const blank = new Uint8Array(flash.blockLength).fill(0xff);
  let key = new Fingerprint();
  for (let at = flash.base; at < flash.end; at += flash.blockLength)
    key = key.after(at, blank, flash.frozenBlockAt(at));
  return key;
}

/** One flash operation of a run, and the board right before it. */
export interface Step {
  readonly operation: FlashOperation;
  /** Never run, only forked. */
  readonly before: World;
  readonly key: Fingerprint;
  readonly keyAfter: Fingerprint;
  /** Address of the block and what it holds before and after. */
  readonly block: number;
  readonly blockBefore: Uint8Array;
  readonly blockAfter: Uint8Array;
  /** The part of the block that the operation is about. */
  readonly from: number;
  readonly to: number;
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
    const { base, blockLength } = before.flash;
    const next = begun[index + 1]?.before ?? end;
    const within = (operation.address - base) % blockLength;
    const block = operation.address - within;
    const blockBefore = before.flash.frozenBlockAt(operation.address);
    const blockAfter = next.flash.frozenBlockAt(operation.address);
    const to = within + operation.length;
    const keyAfter = key.after(block, blockBefore, blockAfter, within, to);
    steps.push({ operation, before, key, keyAfter, block, blockBefore, blockAfter, from: within, to });
    key = keyAfter;
  });
  return { steps, findings, end, endKey: key };
}
