import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noProgram } from "../../src/events/upload-event.js";
import { hashOf, type ModelProgram, modelImage } from "../support/devicescript/board-model.js";
import { type Fault, ModelBench } from "../support/devicescript/model-bench.js";

const image = (version: string, mode: ModelProgram["mode"] = "normal"): Uint8Array =>
  modelImage({ version, mode });

/** A board that runs `first`. */
function planted(first = image("1.0.0")): ModelBench {
  const bench = new ModelBench();
  bench.connect();
  expect(bench.update(first)).toBeUndefined();
  bench.steps.length = 0;
  return bench;
}

describe("an update through the gateway", () => {
  test("asks, writes, compares, starts, waits until it is well", () => {
    const bench = planted();
    const second = image("2.0.0");
    expect(bench.update(second)).toBeUndefined();
    expect(bench.names()).toEqual(["preparing", "safe", "writing", "sent", "verified", "trial", "hello"]);
    expect(bench.state).toEqual({ good: { sha256: hashOf(second), size: second.length }, task: undefined });
    expect(bench.model.valve.slice(-2)).toEqual([false, true]);
  });

  test("the same program again is nothing to do", () => {
    const bench = planted();
    expect(bench.update(image("1.0.0"))).toBeUndefined();
    expect(bench.names()).toEqual(["unchanged"]);
  });

  test("a refusal is final, also by force; nothing was touched", () => {
    const bench = planted(image("1.0.0", "refuses"));
    const { slot } = bench.model;
    const refused = { code: "SAFE_STATE_REFUSED", text: "valve stays open" };
    expect(bench.update(image("2.0.0"))).toEqual(refused);
    expect(bench.update(image("2.0.0"), { force: true })).toEqual(refused);
    expect(bench.model.slot).toBe(slot);
    expect(bench.model.autostart).toBe(true);
    expect(bench.state.task).toBeUndefined();
  });

  test("a program that asks for patience is asked again", () => {
    const bench = planted(image("1.0.0", "later"));
    const before = bench.time;
    expect(bench.update(image("2.0.0"))).toBeUndefined();
    expect(bench.time - before).toBeGreaterThan(20_000);
    expect(bench.steps).toContainEqual({ event: "retry", after: 20, reason: "watering", attempt: 1 });
    const impatient = planted(image("1.0.0", "later"));
    expect(impatient.update(image("2.0.0"), { retries: 0 })).toMatchObject({ code: "SAFE_STATE_REFUSED" });
  });

  test("a program that closes and closes and is never ready is let go", () => {
    const bench = planted(image("1.0.0", "slow"));
    expect(bench.update(image("2.0.0"))).toEqual({
      code: "SAFE_STATE_REFUSED",
      text: "closing valve 2 takes too long",
    });
    expect(bench.model.valve.at(-1)).toBe(true);
  });

  test("a silent program is replaced only by force", () => {
    const bench = planted();
    const silent = image("1.1.0", "silent");
    bench.model.slot = silent;
    bench.model.powerCut();
    bench.keep(silent);
    expect(bench.update(image("2.0.0"))).toMatchObject({ code: "PROGRAM_SILENT" });
    expect(bench.model.slot).toBe(silent);
    expect(bench.update(image("2.0.0"), { force: true })).toBeUndefined();
  });

  test.each([
    ["unwell", "NOT_HEALTHY", /no water; the previous program runs again/],
    ["silent", "NOT_HEALTHY", /did not say a word/],
    ["crashes", "PROGRAM_CRASHES", /3 times/],
  ] as const)("a new program that is %s goes back", (mode, code, text) => {
    const bench = planted();
    const failed = bench.update(image("2.0.0", mode));
    expect(failed).toMatchObject({ code, text: expect.stringMatching(text) });
    expect(bench.model.running?.version).toBe("1.0.0");
    expect(bench.model.autostart).toBe(true);
    expect(bench.state.good?.sha256).toBe(hashOf(image("1.0.0")));
  });

  test("without a previous program a bad one is taken away", () => {
    const bench = new ModelBench();
    bench.connect();
    expect(bench.update(image("1.0.0", "unwell"))).toMatchObject({ code: "NOT_HEALTHY" });
    expect(bench.model.slot).toBeUndefined();
    expect(bench.state).toEqual({ good: undefined, task: undefined });
  });

  test("a program for a newer runtime is refused before the program is asked", () => {
    const bench = planted();
    bench.model.runtime = 0x020f0000;
    expect(bench.update(image("2.0.0"))).toEqual({
      code: "WRONG_ENGINE",
      text: "the program is for DeviceScript 2.16.0, the board has 2.15.0",
    });
    expect(bench.names()).toEqual([]);
  });

  test("on a board that does not carry its bus to the gateway autostart is switched all the same", () => {
    const bench = new ModelBench();
    bench.model.bus = false;
    bench.connect();
    bench.faults = Array.from({ length: 15 }, (_, at) => ({ at, what: "change" }) as const);
    expect(bench.update(image("1.0.0"))).toBeUndefined();
    expect(bench.names()).toContain("mismatch");
    expect(new Set(bench.model.started)).toEqual(new Set([hashOf(image("1.0.0"))]));
  });

  test("a board that is away is waited for, then it is said", () => {
    const bench = new ModelBench();
    expect(bench.update(image("1.0.0"))).toEqual({ code: "BOARD_OFFLINE", text: "model is not connected" });
    expect(bench.time).toBe(45_000);
  });

  // Whatever breaks, in whatever order: in the end the board runs the new program, proved, or the old one.
  const fault: fc.Arbitrary<Fault> = fc.record({
    at: fc.nat(60),
    what: fc.constantFrom("drop", "cut", "change", "restart"),
  });
  test("faults anywhere", () => {
    fc.assert(
      fc.property(
        fc.array(fault, { maxLength: 6 }),
        fc.constantFrom("normal", "unwell", "crashes"),
        (faults, mode) => {
          const bench = planted();
          const before = bench.model.started.length;
          const second = image("2.0.0", mode);
          bench.faults = [...faults];
          const failed = bench.update(second);
          bench.settle();
          const runs = bench.model.slot === undefined ? noProgram : hashOf(bench.model.slot);
          expect([hashOf(second), hashOf(image("1.0.0"))]).toContain(runs);
          if (failed === undefined) expect(runs).toBe(hashOf(second));
          expect(mode === "normal" || runs === hashOf(image("1.0.0"))).toBe(true);
          expect(bench.state.good?.sha256).toBe(runs);
          expect(bench.model.autostart).toBe(true);
          // A power cut between the last byte and the comparison is the one moment in which nothing can hold it back.
          const unverified = bench.model.started
            .slice(before)
            .filter((sha256) => sha256 !== hashOf(second) && sha256 !== hashOf(image("1.0.0")));
          if (!faults.some(({ what }) => what === "cut")) expect(unverified).toEqual([]);
        },
      ),
      {
        numRuns: 300,
        // Half a program that is not what was sent, and a gateway that knows nothing but its records.
        examples: [
          [
            [
              { at: 22, what: "restart" },
              { at: 10, what: "drop" },
              { at: 17, what: "change" },
            ],
            "normal",
          ],
        ],
      },
    );
  });
});
