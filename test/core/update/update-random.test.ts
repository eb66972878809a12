import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { SafeStatus } from "../../../src/core/update/safe-state.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { image, offerOf, RunBench } from "../../support/core-run.js";

describe("whatever happens", () => {
  /** What an update that works would do next, by phase. */
  const straight = ["begin", "wait", "open", "rest", "commit", "finish"];
  const astray = fc.constantFrom(
    ...[
      "begin",
      "open",
      "write",
      "rest",
      "verify",
      "commit",
      "finish",
      "fail",
      "park",
      "break",
      "mend",
      "wait",
    ],
  );
  const act = fc.oneof({ weight: 3, arbitrary: fc.constant("on") }, { weight: 2, arbitrary: astray });
  const valve = fc.record({ takesMs: fc.nat(3000), deadlineMs: fc.integer({ min: 1, max: 4000 }) });

  it("nothing is written unless the equipment is safe, nothing is committed unverified, one error ends one update", () => {
    let committed = 0;
    fc.assert(
      fc.property(valve, fc.array(act, { maxLength: 60, size: "max" }), (plan, acts) => {
        const bench = new RunBench(plan);
        const { run, target } = bench;
        let begun = 0;
        for (const chosen of acts) {
          bench.now += 400;
          let what = chosen === "on" ? straight[run.phase] : chosen;
          if (what === "rest" && chosen === "on" && bench.done === image.length) what = "verify";
          const before = target.taken.length;
          const phase = run.phase;
          if (what === "begin") {
            const refused = run.begin(bench.now, offerOf());
            if (refused?.number !== FaultNumber.RunningAlready) begun++;
          }
          if (what === "open") run.open();
          if (what === "write") run.write(image.slice(0, 10));
          if (what === "rest" && bench.isRunning) run.write(image.slice(bench.done));
          if (what === "verify") run.verify();
          if (what === "commit") run.commit(bench.now);
          if (what === "finish") run.finish(false);
          if (what === "fail") run.fail(fault(FaultNumber.Aborted, "lost"));
          if (what === "park") run.park(bench.now);
          if (what === "break") bench.valve.broken = "opened";
          if (what === "mend") bench.valve.broken = undefined;
          if (what === "wait") run.poll(bench.now);
          if (target.taken.length > before)
            expect([phase, bench.safe.status]).toEqual([UpdatePhase.Writing, SafeStatus.Safe]);
          if (run.phase === UpdatePhase.Idle) expect(bench.safe.status).toBe(SafeStatus.Free);
        }
        const verified = target.calls.filter((call) => call === "verify").length;
        const commits = target.calls.filter((call) => call === "commit").length;
        committed += commits;
        expect(commits).toBeLessThanOrEqual(verified);
        expect(bench.errors.length).toBeLessThanOrEqual(begun);
      }),
      { numRuns: 500 },
    );
    expect(committed).toBeGreaterThan(20);
  });
});
