import type { Target } from "../../src/core/update/target.js";
import { type ProveOptions, provePath } from "../../src/prover/prove.js";
import type { PathResult } from "../../src/prover/result.js";
import type { Scenario } from "../../src/prover/scenario.js";

/** All first cuts, no second ones: what a broken order of writes is caught by. */
export const once: ProveOptions = { seed: 1, depth: 1 };

export function prove(scenario: Scenario, options: ProveOptions = once): PathResult {
  return provePath(scenario, options);
}

/** A target of which some methods are replaced. */
export function targetWith(target: Target, changes: Partial<Target>): Target {
  return {
    name: target.name,
    headLength: target.headLength,
    capacity: (command) => target.capacity(command),
    recognises: (head, command) => target.recognises(head, command),
    judge: (head, size) => target.judge(head, size),
    write: (chunk) => target.write(chunk),
    verify: (md5, sha256) => target.verify(md5, sha256),
    commit: () => target.commit(),
    describe: () => target.describe(),
    ...changes,
  };
}

/** A target that commits as soon as it has judged the header: before a byte is written, let alone verified. */
export function commitFirst(target: Target): Target {
  return targetWith(target, {
    judge: (head, size) => target.judge(head, size) ?? target.commit(),
    commit: () => undefined,
  });
}

/** The kinds of harm that the examples show. */
export function kinds(result: PathResult): string[] {
  return [...new Set(result.examples.map((one) => one.kind))].sort();
}
