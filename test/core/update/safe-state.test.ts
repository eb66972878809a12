import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { errorText, SafeState, SafeStatus, type SafeStep } from "../../../src/core/update/safe-state.js";
import { type StepPlan, TestStep } from "../../support/core-steps.js";

let now = 0;
let log: string[] = [];
let safe = new SafeState();

beforeEach(() => {
  now = 0;
  log = [];
  safe = new SafeState();
});

function steps(...plans: StepPlan[]): TestStep[] {
  const made = plans.map((plan, i) => new TestStep(`valve ${i + 1}`, () => now, plan, log));
  safe.steps = made;
  return made;
}

function pollAt(time: number): SafeStatus {
  now = time;
  return safe.poll(now);
}

describe("closing", () => {
  it("is over at once where there is nothing to close", () => {
    expect(safe.start(0)).toBe(SafeStatus.Safe);
  });

  it("enters each step only when the one before is verified", () => {
    steps({ takesMs: 3000 }, { takesMs: 1000 });
    expect(safe.start(0)).toBe(SafeStatus.Closing);
    expect(log).toEqual(["enter valve 1"]);
    expect([safe.stepName(), safe.text]).toEqual(["valve 1", "closing valve 1"]);
    expect(pollAt(2999)).toBe(SafeStatus.Closing);
    expect(log).toEqual(["enter valve 1"]);
    expect(pollAt(3000)).toBe(SafeStatus.Closing);
    expect(log).toEqual(["enter valve 1", "enter valve 2"]);
    expect(pollAt(4000)).toBe(SafeStatus.Safe);
    expect(safe.text).toBe("");
  });

  it("goes on, not back to the start, when it is started twice", () => {
    const [valve] = steps({ takesMs: 1000 });
    safe.start(0);
    safe.start(500);
    now = 1000;
    expect(safe.start(1000)).toBe(SafeStatus.Safe);
    expect(safe.start(1000)).toBe(SafeStatus.Safe);
    expect(valve.entered).toBe(1);
  });

  it("says what it waits for and how long it may take at worst", () => {
    steps({ deadlineMs: 5000, takesMs: 2000 }, { deadlineMs: 3000, takesMs: 10 });
    expect(safe.remainingMs(0)).toBe(0);
    safe.start(0);
    expect(safe.remainingMs(0)).toBe(8000);
    expect(safe.remainingMs(1500)).toBe(6500);
    expect(safe.remainingMs(60_000)).toBe(3000);
    pollAt(2000);
    expect(safe.remainingMs(2000)).toBe(3000);
    pollAt(2010);
    expect(safe.remainingMs(2010)).toBe(0);
  });
});

describe("failing", () => {
  it("gives up a step at its deadline, with what it waited for", () => {
    const [first, second, third] = steps({}, { takesMs: 9000, deadlineMs: 4000 }, {});
    safe.start(0);
    expect(pollAt(3999)).toBe(SafeStatus.Closing);
    expect(pollAt(4000)).toBe(SafeStatus.Failed);
    expect(safe.text).toBe("closing valve 2 took longer than 4000 ms");
    expect(log).toEqual(["enter valve 1", "enter valve 2", "leave valve 2", "leave valve 1"]);
    expect([first.left, second.left, third.entered]).toEqual([1, 1, 0]);
  });

  it("fails when entering throws, and leaves that step too: it may be half way", () => {
    steps({}, { enterThrows: "no pulse from the motor" });
    expect(safe.start(0)).toBe(SafeStatus.Failed);
    expect(safe.text).toBe("valve 2: no pulse from the motor");
    expect(log).toEqual(["enter valve 1", "enter valve 2", "leave valve 2", "leave valve 1"]);
  });

  it("fails when a check throws", () => {
    steps({ checkThrows: "sensor gone" });
    expect(safe.start(0)).toBe(SafeStatus.Failed);
    expect(safe.text).toBe("valve 1: sensor gone");
    expect(log).toEqual(["enter valve 1", "leave valve 1"]);
  });

  it("lets go of the others when one does not let itself, and says so", () => {
    const [first] = steps({}, { checkThrows: "jammed", leaveThrows: "still jammed" });
    expect(safe.start(0)).toBe(SafeStatus.Failed);
    expect(first.left).toBe(1);
    expect(safe.text).toBe("valve 2: jammed; valve 2 does not resume: still jammed");
  });

  it("does not leave a second time", () => {
    const [valve] = steps({ checkThrows: "jammed" });
    safe.start(0);
    expect(safe.poll(1)).toBe(SafeStatus.Failed);
    safe.leave();
    safe.leave();
    expect(valve.left).toBe(1);
    expect(safe.status).toBe(SafeStatus.Free);
  });

  it("can be started again", () => {
    const [valve] = steps({ takesMs: 2000, deadlineMs: 1000 });
    safe.start(0);
    expect(pollAt(1000)).toBe(SafeStatus.Failed);
    expect(safe.start(1000)).toBe(SafeStatus.Closing);
    expect(valve.entered).toBe(2);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["false", false],
    ["a number", 7],
    ["an empty text", ""],
  ])("takes a check that answers %s for a no, and names the step", (_name, answer) => {
    const check = (() => answer) as unknown as SafeStep["check"];
    safe.steps = [{ name: "pump", deadlineMs: 100, enter: () => {}, check, leave: () => {} }];
    expect(safe.start(0)).toBe(SafeStatus.Closing);
    expect(safe.text).toBe("pump");
    expect(safe.poll(100)).toBe(SafeStatus.Failed);
    expect(safe.text).toBe("pump took longer than 100 ms");
  });
});

describe("safe", () => {
  it("is looked at again at every poll", () => {
    const [first] = steps({}, {});
    expect(safe.start(0)).toBe(SafeStatus.Safe);
    first.broken = "opened by hand";
    expect(safe.poll(1)).toBe(SafeStatus.Failed);
    expect(safe.text).toBe("valve 1 no longer safe: opened by hand");
    expect(log.slice(2)).toEqual(["leave valve 2", "leave valve 1"]);
  });

  it("sees an earlier step that opens while a later one still closes", () => {
    const [first] = steps({}, { takesMs: 1000 });
    safe.start(0);
    first.broken = "opened by hand";
    expect(pollAt(1000)).toBe(SafeStatus.Failed);
    expect(safe.text).toContain("valve 1 no longer safe");
  });

  it("is left in reverse", () => {
    steps({}, {}, {});
    safe.start(0);
    safe.leave();
    expect(log.slice(3)).toEqual(["leave valve 3", "leave valve 2", "leave valve 1"]);
    expect(safe.status).toBe(SafeStatus.Free);
  });

  it("is left before all is closed, from the step under way", () => {
    steps({}, { takesMs: 1000 }, {});
    safe.start(0);
    safe.leave();
    expect(log).toEqual(["enter valve 1", "enter valve 2", "leave valve 2", "leave valve 1"]);
  });
});

describe("whatever the steps do", () => {
  const often = fc.constant<string | undefined>(undefined);
  const maybe = fc.oneof({ weight: 6, arbitrary: often }, { weight: 1, arbitrary: fc.constant("broken") });
  const plan = fc.record({
    deadlineMs: fc.integer({ min: 1, max: 3000 }),
    takesMs: fc.oneof(fc.nat(4000), fc.constant(Number.POSITIVE_INFINITY)),
    enterThrows: maybe,
    checkThrows: maybe,
    leaveThrows: maybe,
  });
  const move = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("poll"), ms: fc.nat(1500), step: fc.nat(4) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("start"), ms: fc.nat(100), step: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("break"), ms: fc.nat(100), step: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("leave"), ms: fc.nat(100), step: fc.nat(4) }) },
  );

  it("safe means that every check was true in that poll, and each entered step is left exactly once", () => {
    let reachedSafe = 0;
    let reachedFailed = 0;
    fc.assert(
      fc.property(fc.array(plan, { maxLength: 4 }), fc.array(move, { maxLength: 30 }), (plans, moves) => {
        now = 0;
        safe = new SafeState();
        const made = plans.map((p, i) => {
          const given = Object.fromEntries(Object.entries(p).filter(([, value]) => value !== undefined));
          return new TestStep(`${i}`, () => now, given);
        });
        safe.steps = made;
        for (const { do: what, ms, step } of moves) {
          now += ms;
          for (const one of made) one.lastCheck = undefined;
          if (what === "break" && step < made.length) made[step].broken = "opened by hand";
          if (what === "start") safe.start(now);
          if (what === "leave") safe.leave();
          if (what === "poll") safe.poll(now);
          const status = safe.status;
          if (status === SafeStatus.Safe && what !== "break") {
            reachedSafe++;
            for (const one of made) expect(one.lastCheck).toBe(true);
          }
          if (status === SafeStatus.Failed) reachedFailed++;
          const over = status === SafeStatus.Free || status === SafeStatus.Failed;
          for (const one of made) {
            if (over) expect(one.left).toBe(one.entered);
            else expect(one.entered - one.left === 0 || one.entered - one.left === 1).toBe(true);
          }
          expect(safe.remainingMs(now)).toBeGreaterThanOrEqual(0);
        }
        safe.leave();
        for (const one of made) expect(one.left).toBe(one.entered);
      }),
      { numRuns: 500 },
    );
    expect(reachedSafe).toBeGreaterThan(50);
    expect(reachedFailed).toBeGreaterThan(50);
  });
});

describe("errorText", () => {
  it("is the message of an error, and the thing itself otherwise", () => {
    expect(errorText(new Error("jammed"))).toBe("jammed");
    expect(errorText("jammed")).toBe("jammed");
    expect(errorText(undefined)).toBe("undefined");
  });
});
