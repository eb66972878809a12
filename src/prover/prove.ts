import { tearModes } from "../board/power-cut.js";
import { type Cut, cutsPerOperation, rtcFates, SeededRandom, type TornState, tornState } from "./cut.js";
import { type Recording, record, runGuarded, type Step, zeroKey } from "./record.js";
import { type CounterExample, type Counts, noCounts, type PathResult, replayId } from "./result.js";
import { type Finding, type Scenario, scenarioId } from "./scenario.js";

export interface ProveOptions {
  readonly seed: number;
  /** Second cuts: all of them, or a seeded sample of this many recoveries with this many cuts in each. */
  readonly second: "all" | { readonly recoveries: number; readonly cuts: number };
  /** First cuts that are tried; default: all. */
  readonly first?: "all" | number;
}

/** Examples that are kept of each kind; the counts go on. */
const mostExamples = 3;

/**
 * Cuts the power in every operation of a path in every way, lets the board recover, judges it, and cuts again in every
 * operation of the recovery. States that were met before are not run again: what follows from a state depends on
 * nothing but the state.
 */
export function provePath(scenario: Scenario, options: ProveOptions): PathResult {
  return new Prover(scenario, options).run();
}

class Prover {
  private readonly id: string;
  private readonly random: SeededRandom;
  /** Findings of a recovery that nothing disturbs, by state. */
  private readonly settled = new Map<string, readonly Finding[]>();
  /** Second cuts in the recovery from a state: how many, what came of them. */
  private readonly explored = new Map<string, { cuts: number; counts: Counts }>();
  /** What cuts in a step come to, by everything that the step depends on. */
  private readonly steps = new Map<string, readonly (readonly Finding[])[]>();
  private readonly first = noCounts();
  private readonly firstPowerLost = noCounts();
  private readonly second = noCounts();
  private readonly examples: CounterExample[] = [];
  private secondCuts = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly options: ProveOptions,
  ) {
    this.id = scenarioId(scenario);
    this.random = new SeededRandom(options.seed, this.id);
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
    const path = record(scenario.start(), zeroKey, scenario.act);
    const undisturbed = [...path.findings, ...runGuarded(path.end.fork(), scenario.recover)];
    this.keep([], undisturbed);
    const cuts = this.firstCuts(path);
    const sampled = this.sampleOf(cuts.length);
    cuts.forEach((cut, index) => {
      this.firstCut(path.steps[cut.operation], cut, sampled === undefined || sampled.has(index));
    });
    return {
      layout: scenario.layout,
      path: scenario.path,
      what: scenario.what,
      claim: scenario.claim,
      operations: path.steps.length,
      cuts: cuts.length,
      secondCuts: this.secondCuts,
      exhaustive: options.second === "all" && (options.first ?? "all") === "all",
      states: this.settled.size,
      undisturbed: undisturbed.map(({ kind }) => kind),
      first: this.first,
      firstPowerLost: this.firstPowerLost,
      second: this.second,
      examples: this.examples,
      milliseconds: performance.now() - started,
    };
  }

  private firstCuts(path: Recording): Cut[] {
    const all = path.steps.flatMap((_, operation) => cutsOf(operation));
    const wanted = this.options.first ?? "all";
    if (wanted === "all" || wanted >= all.length) return all;
    return Array.from({ length: wanted }, () => all[this.random.below(all.length)]);
  }

  /** Indices of the first cuts whose recovery is cut again; undefined for all. */
  private sampleOf(cuts: number): Set<number> | undefined {
    const second = this.options.second;
    if (second === "all") return undefined;
    return new Set(Array.from({ length: Math.min(cuts, second.recoveries) }, () => this.random.below(cuts)));
  }

  private firstCut(step: Step, cut: Cut, again: boolean): void {
    const state = tornState(step, cut, this.options.seed);
    const known = this.explored.get(state.key);
    let findings = this.settled.get(state.key);
    if (known !== undefined && findings !== undefined) {
      this.secondCuts += known.cuts;
      addCounts(this.second, known.counts);
    } else if (again) {
      const recovery = record(state.make(), state.flashKey, this.scenario.recover);
      findings = recovery.findings;
      this.settled.set(state.key, findings);
      this.cutAgain(state, cut, recovery);
    } else {
      findings = this.settle(state);
    }
    this.keep([cut], findings);
    count(this.first, findings);
    if (cut.rtc === "lost") count(this.firstPowerLost, findings);
  }

  private cutAgain(state: TornState, first: Cut, recovery: Recording): void {
    const counts = noCounts();
    let cuts = 0;
    const judge = (second: Cut, findings: readonly Finding[]): void => {
      cuts++;
      if (findings.length === 0) return;
      count(counts, findings);
      this.keep([first, second], findings);
    };
    if (this.options.second === "all") {
      recovery.steps.forEach((step, operation) => {
        const results = this.cutStep(step);
        cutsOf(operation).forEach((cut, index) => {
          judge(cut, results[index]);
        });
      });
    } else if (recovery.steps.length > 0) {
      for (let i = 0; i < this.options.second.cuts; i++) {
        const operation = this.random.below(recovery.steps.length);
        const cut = cutsOf(operation)[this.random.below(cutsPerOperation)];
        judge(cut, this.settle(tornState(recovery.steps[operation], cut, this.options.seed)));
      }
    }
    this.explored.set(state.key, { cuts, counts });
    this.secondCuts += cuts;
    addCounts(this.second, counts);
  }

  /** Findings of every cut in one operation. Many recoveries share most of their operations. */
  private cutStep(step: Step): readonly (readonly Finding[])[] {
    const { kind, address, length } = step.operation;
    const after = step.key.after(step.block, step.blockBefore, step.blockAfter).text();
    const { rtc, marks, reason } = step.before;
    const key = `${kind} ${address} ${length} ${step.key.text()} ${after} ${marks} ${reason} ${rtcText(rtc.read(0, 512))}`;
    const known = this.steps.get(key);
    if (known !== undefined) return known;
    const results = cutsOf(0).map((cut) => this.settle(tornState(step, cut, this.options.seed)));
    this.steps.set(key, results);
    return results;
  }

  private settle(state: TornState): readonly Finding[] {
    const known = this.settled.get(state.key);
    if (known !== undefined) return known;
    const findings = runGuarded(state.make(), this.scenario.recover);
    this.settled.set(state.key, findings);
    return findings;
  }

  private keep(cuts: readonly Cut[], findings: readonly Finding[]): void {
    for (const { kind, text } of findings) {
      if (this.examples.filter((one) => one.kind === kind).length >= mostExamples) continue;
      this.examples.push({ id: replayId(this.id, cuts, this.options.seed), kind, text });
    }
  }
}

function cutsOf(operation: number): Cut[] {
  return rtcFates.flatMap((rtc) => tearModes.map((tear) => ({ operation, tear, rtc })));
}

function count(counts: Counts, findings: readonly Finding[]): void {
  for (const kind of new Set(findings.map((one) => one.kind))) counts[kind]++;
}

function addCounts(to: Counts, more: Counts): void {
  for (const kind of Object.keys(to) as (keyof Counts)[]) to[kind] += more[kind];
}

function rtcText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
