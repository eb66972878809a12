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

export interface PathResult {
  readonly layout: string;
  readonly path: string;
  readonly what: string;
  readonly claim: PowerSafety;
  /** Flash operations of the path itself. */
  readonly operations: number;
  /** Cuts in them: operations × tears × RTC kept or lost. */
  readonly cuts: number;
  /** Cuts in what followed the first cut. */
  readonly secondCuts: number;
  /** True when every operation of every recovery was cut; false when a seeded sample was. */
  readonly exhaustive: boolean;
  /** Different states of the board among all of these; each was run once. */
  readonly states: number;
  /** What is wrong without any cut, or when the power goes only after the path has ended. */
  readonly undisturbed: readonly FindingKind[];
  /** Cuts after which something was wrong, by kind; a cut with two kinds counts in both. */
  readonly first: Counts;
  /** The same for first cuts that lost RTC memory, i.e. the supply and not only a reset. */
  readonly firstPowerLost: Counts;
  readonly second: Counts;
  readonly examples: readonly CounterExample[];
  readonly milliseconds: number;
}

export function noCounts(): Counts {
  return Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Counts;
}

export function total(result: PathResult, kind: FindingKind): number {
  return result.first[kind] + result.second[kind];
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
    const part = /^(\d+)\.(nothing|half|bits|all-but-one|complete)\.(kept|lost)$/.exec(moment);
    if (part === null) return undefined;
    cuts.push({ operation: Number(part[1]), tear: part[2] as Cut["tear"], rtc: part[3] as Cut["rtc"] });
  }
  return { layout: match[1], path: match[2], cuts, seed: Number(match[4]) };
}
