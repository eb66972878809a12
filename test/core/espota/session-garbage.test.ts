import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { image } from "../../support/core-run.js";
import { host, invitationOf, SessionBench, stranger } from "../../support/core-session.js";

describe("garbage", () => {
  const binary = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const garbage = fc.oneof(
    binary,
    fc.string(),
    fc.constantFrom("0 45002 10", "200", "OK", "ERR: x", "200 a b"),
  );

  it("by UDP has no answer and no effect, idle or in the middle of an upload", () => {
    fc.assert(
      fc.property(fc.array(garbage, { minLength: 1, maxLength: 10 }), (texts) => {
        const bench = new SessionBench();
        const pour = () => {
          for (const text of texts)
            for (const from of [host, stranger]) expect(bench.datagram(text, from)).toEqual([]);
        };
        pour();
        expect(bench.isBusy()).toBe(false);
        bench.open();
        pour();
        bench.send(image);
        pour();
        expect(bench.pass(3500).map((entry) => entry.split(" ")[1])).toEqual(["send", "close", "restart"]);
      }),
      { numRuns: 100 },
    );
  });

  it("in any order of events never throws, never commits unverified, and ends by itself", () => {
    const astray = ["invite", "stranger", "connected", "failed", "closed", "data", "rest", "break", "mend"];
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.constant("on") },
      { weight: 3, arbitrary: fc.constantFrom(...astray) },
      { weight: 1, arbitrary: fc.integer({ min: 50, max: 9000 }) },
    );
    /** What an upload that works would do next. */
    const next = (bench: SessionBench) => {
      if (!bench.isBusy()) return "invite";
      if (bench.log.at(-1)?.includes(" connect ")) return "connected";
      return bench.run.phase === UpdatePhase.Writing && bench.done < image.length ? "rest" : 1100;
    };
    let committed = 0;
    fc.assert(
      fc.property(fc.nat(20_000), fc.array(event, { maxLength: 40, size: "max" }), (takesMs, events) => {
        const bench = new SessionBench({ valve: { takesMs, deadlineMs: 15_000 } });
        for (const chosen of events) {
          const what = chosen === "on" ? next(bench) : chosen;
          if (typeof what === "number") bench.pass(what);
          else if (what === "invite") bench.datagram(invitationOf(image));
          else if (what === "stranger") bench.datagram(invitationOf(image), stranger);
          else if (what === "connected") bench.connected();
          else if (what === "failed") bench.connectFailed();
          else if (what === "closed") bench.closed();
          else if (what === "data") bench.data(image.slice(0, 100));
          else if (what === "rest") bench.data(image.slice(bench.isRunning ? bench.done : 0));
          else bench.valve.broken = what === "break" ? "opened" : undefined;
        }
        bench.pass(100_000);
        expect(bench.isBusy()).toBe(false);
        const verified = bench.target.calls.filter((call) => call === "verify").length;
        committed += bench.commits;
        expect(bench.commits).toBeLessThanOrEqual(verified);
        expect(bench.log.filter((entry) => entry.endsWith(" restart"))).toHaveLength(bench.commits);
        if (bench.commits === 0) expect(bench.valve.left).toBe(bench.valve.entered);
      }),
      { numRuns: 200 },
    );
    expect(committed).toBeGreaterThan(10);
  });
});
