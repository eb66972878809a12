import { tearModes } from "../board/power-cut.js";
import { type Cut, fatesOf, SeededRandom, type TornState, tornStates } from "./cut.js";
import {
  boardKey,
  chipKey,
  type Fingerprint,
  type Recording,
  record,
  runGuarded,
  type Step,
  stateKey,
} from "./record.js";
import {
  type CounterExample,
  type Counts,
  type Level,
  noCounts,
  type PathResult,
  replayId,
} from "./result.js";
import { type Finding, type Scenario, scenarioId } from "./scenario.js";
import { StateTable } from "./state-table.js";

export interface ProveOptions {
  readonly seed: number;
  /** Cuts in a row: the first in the path, each further one in the recovery from the one before. */
  readonly depth: number;
  /** Operations of a run that are cut, evenly spread; default: all. */
  readonly operations?: number;
  /** So many cuts in a row are tried everywhere; default 1. */
  readonly full?: number;
  /** Beyond, new states of each depth, about: recoveries are left out, evenly. Default: all. */
  readonly states?: number;
}

/** Examples that are kept of each kind; the counts go on. */
const mostExamples = 3;

/**
 * Cuts the power in every operation of a path in every way, lets the board recover, judges it, and cuts again in every
 * operation of the recovery, up to a number of cuts in a row. States that were met before are not run again: what follows
 * from a state depends on nothing but the state.
 */
export function provePath(scenario: Scenario, options: ProveOptions): PathResult {
  return new Prover(scenario, options).run();
}

/** What is known of a state, or of an operation, in one number that is not 0. */
interface Known {
  /** Cuts in a row that it takes to get there, at least. */
  readonly depth: number;
  /** The pass that last went through its recovery. */
  readonly pass: number;
  /** Index of its findings. */
  readonly findings: number;
}

function packed({ depth, pass, findings }: Known): number {
  return (findings << 8) | (pass << 4) | depth;
}

function unpacked(value: number): Known {
  return { depth: value & 15, pass: (value >> 4) & 15, findings: value >>> 8 };
}

/**
 * Goes deeper by one cut in each pass, so that each state is met with as few cuts as it takes. A pass goes again through
 * the recoveries that lead to its own, which are few beside them, and keeps none: memory holds fingerprints only.
 */
class Prover {
  private readonly id: string;
  private readonly states = new StateTable();
  /** The same of operations on a board. Many recoveries share most of theirs. */
  private readonly steps = new StateTable();
  /** Lists of findings, the first one empty. */
  private readonly findings: (readonly Finding[])[] = [[]];
  private readonly findingNumbers = new Map<string, number>([["[]", 0]]);
  private readonly levels: Level[] = [];
  private readonly firstPowerLost = noCounts();
  private readonly examples: CounterExample[] = [];
  private pass = 0;
  /** States of the depth before that this pass has met, and those of them whose recovery it cut. */
  private met = 0;
  private cutAgain = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly options: ProveOptions,
  ) {
    this.id = scenarioId(scenario);
  }

  run(): PathResult {
    const started = performance.now();
    const stackLimit = Error.stackTraceLimit;
    // A million power cuts are a million errors thrown; their stacks are of no use.
    Error.stackTraceLimit = 0;
    try {
      return this.prove(started);
    } finally {
      Error.stackTraceLimit = stackLimit;
    }
  }

  private prove(started: number): PathResult {
    const { scenario, options } = this;
    const start = scenario.start();
    // The same bytes on another layout are another board.
    const layout = [...scenario.layout].map((letter) => letter.charCodeAt(0));
    const path = record(start, chipKey(start).with(...layout), scenario.act);
    const undisturbed = [...path.findings, ...runGuarded(path.end.fork(), scenario.recover)];
    this.keep([], undisturbed);
    let exhaustive = 0;
    for (this.pass = 1; this.pass <= options.depth; this.pass++) {
      this.levels.push({ cuts: 0, states: 0, counts: noCounts() });
      this.met = 0;
      this.cutAgain = 0;
      this.goThrough(path, []);
      const isAll = this.met === this.cutAgain && path.steps.length <= this.most;
      if (exhaustive === this.pass - 1 && isAll) exhaustive = this.pass;
      if (this.levels[this.pass - 1].states === 0) break;
    }
    return {
      layout: scenario.layout,
      path: scenario.path,
      what: scenario.what,
      claim: scenario.claim,
      operations: path.steps.length,
      depth: options.depth,
      levels: this.levels,
      // What has no new state at some depth has none beyond.
      exhaustive: exhaustive === this.levels.length ? options.depth : exhaustive,
      boards: this.states.boards(),
      undisturbed: undisturbed.map(({ kind }) => kind),
      firstPowerLost: this.firstPowerLost,
      examples: this.examples,
      milliseconds: performance.now() - started,
    };
  }

  /** Whether the recovery of the next state is cut: so many of them, evenly, that about as many new states come of it as wanted. */
  private isWanted(): boolean {
    const { states: found } = this.levels[this.pass - 1];
    const { states: all } = this.levels[this.pass - 2];
    const expected = (found / Math.max(1, this.cutAgain)) * all;
    const share = (this.options.states ?? Number.POSITIVE_INFINITY) / Math.max(1, expected);
    this.met++;
    if (this.pass > (this.options.full ?? 1) && this.cutAgain >= this.met * share) return false;
    this.cutAgain++;
    return true;
  }

  private get most(): number {
    return this.options.operations ?? Number.POSITIVE_INFINITY;
  }

  /** Cuts a run, or goes on to the recoveries that this pass is about. @param cuts that led to it */
  private goThrough(run: Recording, cuts: readonly Cut[]): void {
    const isLast = cuts.length === this.pass - 1;
    for (const operation of this.chosen(run)) {
      const step = run.steps[operation];
      const key = stepKey(step);
      const known = unpacked(this.steps.get(key));
      // Cut before, at this depth or with fewer cuts; or what follows from it is another depth's.
      if (isLast ? known.depth > 0 : known.depth !== cuts.length + 1 || known.pass === this.pass) continue;
      this.steps.set(key, key, packed({ depth: cuts.length + 1, pass: this.pass, findings: 0 }));
      for (const tear of tearModes)
        for (const state of tornStates(step, tear, fatesOf(step.before), operation, this.options.seed)) {
          if (isLast) this.cut(state, cuts);
          else this.goOn(state, cuts);
        }
    }
  }

  /** Numbers of the operations of a run that are cut. */
  private chosen({ steps, endKey }: Recording): readonly number[] {
    const all = steps.map((_, index) => index);
    const { most } = this;
    if (all.length <= most) return all;
    const random = new SeededRandom(this.options.seed, endKey.lanes.join());
    const each = all.length / most;
    const offset = random.below(1000) / 1000;
    return Array.from({ length: most }, (_, index) => Math.floor((index + offset) * each));
  }

  private cut({ key, boardKey, cut, make }: TornState, before: readonly Cut[]): void {
    const level = this.levels[this.pass - 1];
    level.cuts++;
    const known = this.states.get(boardKey, key);
    let number = unpacked(known).findings;
    if (known === 0) {
      level.states++;
      number = this.numberOf(runGuarded(make(), this.scenario.recover));
      this.states.set(boardKey, key, packed({ depth: this.pass, pass: 0, findings: number }));
    }
    if (number === 0) return;
    const findings = this.findings[number];
    count(level.counts, findings);
    if (before.length === 0 && cut.rtc !== "kept") count(this.firstPowerLost, findings);
    this.keep([...before, cut], findings);
  }

  private goOn({ key, boardKey, flashKey, cut, make }: TornState, before: readonly Cut[]): void {
    const value = this.states.get(boardKey, key);
    if (value === 0) return;
    const { depth, pass, findings } = unpacked(value);
    if (depth !== before.length + 1 || pass === this.pass) return;
    // What was left out in the pass before leads to nothing that is known.
    if (depth < this.pass - 1 && pass !== this.pass - 1) return;
    if (depth === this.pass - 1 && !this.isWanted()) return;
    this.states.set(boardKey, key, packed({ depth, pass: this.pass, findings }));
    this.goThrough(record(make(), flashKey, this.scenario.recover), [...before, cut]);
  }

  private numberOf(findings: readonly Finding[]): number {
    if (findings.length === 0) return 0;
    const text = JSON.stringify(findings);
    const known = this.findingNumbers.get(text);
    if (known !== undefined) return known;
    this.findingNumbers.set(text, this.findings.length);
    return this.findings.push(findings) - 1;
  }

  private keep(cuts: readonly Cut[], findings: readonly Finding[]): void {
    for (const { kind, text } of findings) {
      if (this.examples.filter((one) => one.kind === kind).length >= mostExamples) continue;
      this.examples.push({ id: replayId(this.id, cuts, this.options.seed), kind, text });
    }
  }
}

/** All that cuts in a step depend on: the board, what is known of its past, the operation. */
function stepKey({ operation: { kind, address, length }, key, keyAfter, before }: Step): Fingerprint {
  const world = before.withFlash(before.flash);
  // A cut decides on it.
  world.reason = 0;
  return stateKey(boardKey(key, world), world).with(kind.length, address, length, ...keyAfter.lanes);
}

function count(counts: Counts, findings: readonly Finding[]): void {
  for (const kind of new Set(findings.map((one) => one.kind))) counts[kind]++;
}
