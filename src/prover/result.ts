import type { PowerSafety } from "../../boards/index.js";
import type { Cut } from "./cut.js";
import { type FindingKind, findingKinds } from "./scenario.js";

/** A moment (or two) at which losing power costs something, and what. */
export interface CounterExample {
  /** What `sluice prove --replay` takes. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly text: string;
}

export type Counts = Record<FindingKind, number>;

/** What came of the first cuts, or of the second ones, … */
export interface Level {
  /** Different ones: an operation on a board that was met before is not cut again. */
  cuts: number;
  /** States that no fewer cuts lead to; each was run once. */
  states: number;
  /** Cuts after which something was wrong, by kind; a cut with two kinds counts in both. */
  readonly counts: Counts;
}

export interface PathResult {
  readonly layout: string;
  readonly path: string;
  readonly what: string;
  readonly claim: PowerSafety;
  /** Flash operations of the path itself. */
  readonly operations: number;
  /** Cuts in a row, at most. */
  readonly depth: number;
  /** By the number of cuts in a row; the last may be missing where no state is new. */
  readonly levels: readonly Level[];
  /** So many cuts in a row were tried everywhere; beyond, and where it is 0, in a seeded part. */
  readonly exhaustive: number;
  /** Fingerprints of the different states that the board was started in: flash, reset reason, RTC memory where it is read. */
  readonly boards: BigUint64Array;
  /** What is wrong without any cut, or when the power goes only after the path has ended. */
  readonly undisturbed: readonly FindingKind[];
  /** Of the first cuts, those that lost RTC memory, i.e. the supply and not only a reset. */
  readonly firstPowerLost: Counts;
  readonly examples: readonly CounterExample[];
  readonly milliseconds: number;
}

export function noCounts(): Counts {
  return Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Counts;
}

export function total(result: PathResult, kind: FindingKind): number {
  return result.levels.reduce((sum, { counts }) => sum + counts[kind], 0);
}

export function isClean(result: PathResult): boolean {
  return result.undisturbed.length === 0 && findingKinds.every((kind) => total(result, kind) === 0);
}

/** "esp32-devkit/app@12.half.lost+3.bits.kept#1" */
export function replayId(scenario: string, cuts: readonly Cut[], seed: number): string {
  const moments = cuts.map(({ operation, tear, rtc }) => `${operation}.${tear}.${rtc}`);
  return `${scenario}@${moments.join("+")}#${seed}`;
}

export interface ReplayId {
  readonly layout: string;
  readonly path: string;
  readonly cuts: readonly Cut[];
  readonly seed: number;
}

/** @returns undefined when the text is no replay id */
export function parseReplayId(text: string): ReplayId | undefined {
  const match = /^([^/@]+)\/([^@]+)@([^#]*)#(\d+)$/.exec(text);
  if (match === null) return undefined;
  const cuts: Cut[] = [];
  for (const moment of match[3] === "" ? [] : match[3].split("+")) {
    const part = /^(\d+)\.(nothing|half|bits|all-but-one|complete)\.(kept|torn|lost)$/.exec(moment);
    if (part === null) return undefined;
    cuts.push({ operation: Number(part[1]), tear: part[2] as Cut["tear"], rtc: part[3] as Cut["rtc"] });
  }
  return { layout: match[1], path: match[2], cuts, seed: Number(match[4]) };
}
