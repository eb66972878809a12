import { type FaultKind, FlashFault, faultKinds } from "../board/flash-fault.js";
import { tearModes } from "../board/power-cut.js";
import { rtcFates, SeededRandom, tornState } from "./cut.js";
import { Fingerprint, record, runGuarded, type Step } from "./record.js";
import { type Counts, noCounts } from "./result.js";
import { type Finding, findingKinds, type Scenario, scenarioId, type World } from "./scenario.js";

/** What came of a path on a chip that fails: one fault a run, beginning at one of the path's own operations. */
export interface FaultResult {
  readonly layout: string;
  readonly path: string;
  /** Runs without a cut, and with one cut somewhere behind the fault. */
  readonly runs: number;
  readonly cuts: number;
  /** Runs whose update was refused with a reason: the uploader had no OK. */
  readonly refused: number;
  readonly counts: Counts;
  /** "dead-block from 12, cut 3.half.lost: lost …", of each kind of finding the first. */
  readonly examples: readonly string[];
}

export interface FaultOptions {
  readonly seed: number;
  /** Runs; default: a fault of each kind at every operation, and at a seeded choice of reads. */
  readonly runs?: number;
}

/** A fault that is over by the time the board starts again, or stays as it is. */
const staying: ReadonlySet<FaultKind> = new Set(["stuck-bit", "dead-block"]);
/** Operations that a passing fault lasts: one; less than the tries of a record; until the path has ended. */
const lengths = [1, 3, Number.POSITIVE_INFINITY] as const;
/** Reads of a path that come wrong, one a run. */
const fewestReads = 40;

interface Run {
  readonly kind: FaultKind;
  /** Operation or read of the path. */
  readonly at: number;
  readonly count: number;
}

/**
 * Goes a path with a fault of the flash in it, once to its end and once with a cut behind the fault, and lets the board
 * recover: on a sound chip again where the fault passes. Findings are those of the cuts, but for
 *
 *   an update that is refused, with its reason: an answer. Where the fault stays it may be refused again
 *   while flash takes nothing at all, from some moment on: a version on trial does not run, since its starts cannot be
 *     counted; firmware that fails cannot be given up
 */
export function proveFaults(scenario: Scenario, options: FaultOptions): FaultResult {
  const start = scenario.start();
  const { operations, reads } = start.flash;
  const calm = record(start, new Fingerprint(), scenario.act);
  const random = new SeededRandom(options.seed, `faults ${scenarioId(scenario)}`);
  const { switchAt } = scenario;
  const all = runsOf(calm.steps.length, calm.end.flash.reads - reads, random).filter(
    ({ kind, at }) => switchAt === undefined || !staying.has(kind) || !isInside(calm.steps[at], switchAt),
  );
  const some = options.runs ?? all.length;
  const runs = some >= all.length ? all : Array.from({ length: some }, () => all[random.below(all.length)]);
  const counts = noCounts();
  const examples = new Map<string, string>();
  let refused = 0;
  let cuts = 0;
  for (const run of runs) {
    const { kind, at, count } = run;
    const keep = (findings: readonly Finding[], cut: string): void => {
      for (const one of new Set(findings.map((found) => found.kind))) counts[one]++;
      for (const { kind: what, text } of findings)
        if (!examples.has(what)) examples.set(what, `${kind} from ${at}, ${count}${cut}: ${what} ${text}`);
    };
    const world = scenario.start();
    const from = (kind === "flipped-read" ? reads : operations) + at;
    world.flash.fault = new FlashFault({ kind, from, count, seed: options.seed + at });
    const recording = record(world, new Fingerprint(), scenario.act);
    if (recording.findings.some((one) => one.kind === "stuck")) refused++;
    const met = recording.findings.filter((one) => isWrong(one, scenario, run));
    keep([...met, ...recovered(recording.end.fork(), scenario, run)], "");
    if (kind === "flipped-read" || at >= recording.steps.length) continue;
    const operation = at + random.below(recording.steps.length - at);
    const tear = tearModes[random.below(tearModes.length)];
    const rtc = rtcFates[random.below(rtcFates.length)];
    const cut = tornState(recording.steps[operation], { operation, tear, rtc }, options.seed);
    cuts++;
    keep(recovered(cut.make(), scenario, run), `, cut ${operation}.${tear}.${rtc}`);
  }
  return {
    layout: scenario.layout,
    path: scenario.path,
    runs: runs.length,
    cuts,
    refused,
    counts,
    examples: [...examples.values()],
  };
}

function isInside({ operation }: Step, { start, end }: { start: number; end: number }): boolean {
  return operation.address >= start && operation.address < end;
}

function runsOf(operations: number, reads: number, random: SeededRandom): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < operations; at++)
    for (const kind of faultKinds) {
      if (kind === "flipped-read") continue;
      for (const count of staying.has(kind) ? [1] : lengths) runs.push({ kind, at, count });
    }
  for (let read = 0; read < Math.max(operations, fewestReads) && reads > 0; read++)
    runs.push({ kind: "flipped-read", at: random.below(reads), count: 1 });
  return runs;
}

/** @param one met while the fault is there */
function isWrong(one: Finding, { switchAt }: Scenario, { count }: Run): boolean {
  if (one.kind === "stuck") return false;
  if (count !== Number.POSITIVE_INFINITY) return true;
  if (one.kind === "uninstalled") return false;
  return switchAt === undefined || (one.kind !== "brick" && one.kind !== "lost");
}

function recovered(world: World, scenario: Scenario, { kind }: Run): Finding[] {
  const stays = staying.has(kind);
  if (!stays) world.flash.fault = undefined;
  return runGuarded(world, scenario.recover).filter((one) => !stays || one.kind !== "stuck");
}

/** Whether a path on a failing chip shows anything wrong. */
export function isFaultless({ counts }: FaultResult): boolean {
  return findingKinds.every((kind) => counts[kind] === 0);
}
