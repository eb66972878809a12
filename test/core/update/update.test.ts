import { beforeEach, describe, expect, it } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { SafeStatus } from "../../../src/core/update/safe-state.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { pieces } from "../../support/core-bundle.js";
import { flashBroken, image, offerOf, RunBench } from "../../support/core-run.js";
import type { StepPlan } from "../../support/core-steps.js";

let bench = new RunBench();

beforeEach(() => {
  bench = new RunBench();
});

function at(now: number) {
  bench.now = now;
  return bench.run.poll(now);
}

function writing(valve: StepPlan = {}): RunBench {
  bench = new RunBench(valve);
  expect(bench.run.begin(0, offerOf())).toBeUndefined();
  expect(bench.run.open()).toBeUndefined();
  return bench;
}

function writeAll(bytes = image): void {
  for (const piece of pieces(bytes, 100)) expect(bench.run.write(piece)).toBeUndefined();
}

/** The update is over: reported once to the application, whose equipment goes on. */
function overWith(number: number): void {
  expect(bench.errors).toEqual([`error ${number}`]);
  expect(bench.run.phase).toBe(UpdatePhase.Idle);
  expect(bench.safe.status).toBe(SafeStatus.Free);
  expect(bench.valve.left).toBe(bench.valve.entered);
  expect(bench.target.calls).not.toContain("commit");
}

describe("an update that works", () => {
  it("goes from offer to commit, phase by phase", () => {
    bench = new RunBench({ takesMs: 3000 });
    const phases: number[] = [bench.run.phase];
    const note = () => phases.push(bench.run.phase);
    expect(bench.run.begin(0, offerOf())).toBeUndefined();
    note();
    expect(bench.run.remainingMs(0)).toBe(5000);
    expect(bench.run.waitingFor).toBe("closing valve 2");
    at(1000);
    at(3000);
    note();
    expect(bench.run.remainingMs(3000)).toBe(0);
    bench.run.open();
    note();
    writeAll();
    expect(bench.done).toBe(image.length);
    expect(bench.run.verify()).toBeUndefined();
    note();
    expect(bench.run.commit(3000)).toBeUndefined();
    note();
    expect(bench.valve.left).toBe(0);
    bench.run.finish(true);
    note();
    expect(phases).toEqual([0, 1, 2, 3, 4, 5, 0]);
    expect(bench.eventNames().filter((name) => name !== "progress")).toEqual([
      ...["safe-state", "safe", "verified", "committed"],
    ]);
    expect(bench.run.offer).toEqual(offerOf());
  });

  it("tells the application of every piece, and who watches of every tenth", () => {
    writing();
    for (const piece of pieces(image, 50)) bench.run.write(piece);
    expect(bench.heard.slice(0, 3)).toEqual(["start", "progress 0/1000", "progress 50/1000"]);
    expect(bench.heard).toHaveLength(22);
    expect(bench.events.filter(({ event }) => event === "progress")).toHaveLength(11);
    bench.run.verify();
    bench.run.commit(0);
    expect(bench.heard.at(-1)).toBe("progress 1000/1000");
    bench.run.finish(true);
    expect(bench.heard.at(-1)).toBe("end");
  });

  it("holds the equipment safe when a restart follows, and lets go of it when none does", () => {
    for (const restarts of [true, false]) {
      writing();
      writeAll();
      bench.run.verify();
      bench.run.commit(0);
      bench.run.finish(restarts);
      expect(bench.valve.left).toBe(restarts ? 0 : 1);
      expect(bench.safe.status).toBe(restarts ? SafeStatus.Safe : SafeStatus.Free);
    }
  });

  it("reports each thing that it waits for once", () => {
    bench = new RunBench({ takesMs: 3000 });
    bench.run.begin(0, offerOf());
    for (let now = 0; now < 3000; now += 100) at(now);
    expect(bench.events).toEqual([{ event: "safe-state", step: "valve 2", text: "closing valve 2" }]);
  });
});

describe("refused before anything is touched", () => {
  it.each([
    ["size 0", { ...offerOf(), size: 0 }, FaultNumber.Size],
    ["no room", { ...offerOf(), size: 10_000_001 }, FaultNumber.Space],
    ["an unknown command", { ...offerOf(), command: 100 }, FaultNumber.UnknownCommand],
  ])("%s", (_name, offer, number) => {
    expect(bench.run.begin(0, offer)?.number).toBe(number);
    expect(bench.valve.entered).toBe(0);
    expect(bench.eventNames()).toEqual(["refused"]);
    overWith(number);
  });

  it("by policy", () => {
    bench.refuse = fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
    expect(bench.run.begin(0, offerOf())).toBe(bench.refuse);
    expect(bench.valve.entered).toBe(0);
    overWith(FaultNumber.OnTrial);
  });

  it("a second one, in every phase; the first goes on and its application hears nothing of it", () => {
    const second = () => bench.run.begin(bench.now, offerOf())?.number;
    bench = new RunBench({ takesMs: 1000 });
    bench.run.begin(0, offerOf());
    expect(second()).toBe(FaultNumber.RunningAlready);
    at(1000);
    expect(second()).toBe(FaultNumber.RunningAlready);
    bench.run.open();
    expect(second()).toBe(FaultNumber.RunningAlready);
    writeAll();
    bench.run.verify();
    expect(second()).toBe(FaultNumber.RunningAlready);
    expect(bench.run.commit(1000)).toBeUndefined();
    expect(second()).toBe(FaultNumber.RunningAlready);
    expect(bench.errors).toEqual([]);
  });
});

describe("the safe state", () => {
  it("that fails at once refuses with its reason", () => {
    bench = new RunBench({ enterThrows: "no pulse" });
    expect(bench.run.begin(0, offerOf())).toMatchObject({
      code: "SAFE_STATE_REFUSED",
      text: "valve 2: no pulse",
    });
    expect(bench.eventNames()).toEqual(["refused"]);
    overWith(FaultNumber.SafeState);
  });

  it("that is not reached in time refuses, once", () => {
    bench = new RunBench({ takesMs: 9000, deadlineMs: 4000 });
    bench.run.begin(0, offerOf());
    expect(at(3999)).toBeUndefined();
    expect(at(4000)?.text).toBe("closing valve 2 took longer than 4000 ms");
    expect(at(4100)).toBeUndefined();
    overWith(FaultNumber.SafeState);
  });

  it("must be reached before the first byte", () => {
    bench = new RunBench({ takesMs: 1000 });
    bench.run.begin(0, offerOf());
    expect(bench.run.open()?.number).toBe(FaultNumber.SafeState);
    expect(bench.run.write(image)?.number).toBe(FaultNumber.Aborted);
    expect(bench.heard).toEqual([]);
    expect(bench.target.taken).toEqual([]);
  });

  it("lost while writing aborts the update", () => {
    writing();
    bench.run.write(image.slice(0, 500));
    bench.valve.broken = "opened by hand";
    expect(at(10)?.text).toBe("valve 2 no longer safe: opened by hand");
    expect(bench.run.write(image.slice(500))?.number).toBe(FaultNumber.Aborted);
    expect(bench.eventNames().at(-1)).toBe("error");
    overWith(FaultNumber.SafeState);
  });

  it("lost after verification is noticed by commit", () => {
    writing();
    writeAll();
    bench.run.verify();
    bench.valve.broken = "opened by hand";
    expect(bench.run.commit(0)?.number).toBe(FaultNumber.SafeState);
    expect(bench.run.commit(0)?.number).toBe(FaultNumber.Aborted);
    overWith(FaultNumber.SafeState);
  });
});

describe("a failure on the way", () => {
  it("of the flash", () => {
    writing();
    bench.target.writeFault = { at: 500, fault: flashBroken };
    const answers = pieces(image, 100).map((piece) => bench.run.write(piece)?.number ?? 0);
    expect(answers.slice(0, 6)).toEqual([0, 0, 0, 0, 0, FaultNumber.Write]);
    overWith(FaultNumber.Write);
  });

  it.each<[string, () => unknown, number]>([
    ["missing bytes", () => bench.run.write(image.slice(0, 999)), FaultNumber.Aborted],
    ["another MD5", () => bench.run.write(Uint8Array.from(image).reverse()), FaultNumber.Md5],
    ["no byte", () => {}, FaultNumber.NoData],
  ])("at the end: %s", (_name, write, number) => {
    writing();
    write();
    expect(bench.run.verify()?.number).toBe(number);
    overWith(number);
  });

  it("in verification and in the commit", () => {
    writing();
    bench.target.verifyFault = fault(FaultNumber.Verify, "differs");
    writeAll();
    expect(bench.run.verify()?.number).toBe(FaultNumber.Verify);
    overWith(FaultNumber.Verify);
    writing();
    bench.target.commitFault = fault(FaultNumber.Commit, "journal");
    writeAll();
    bench.run.verify();
    expect(bench.run.commit(0)?.number).toBe(FaultNumber.Commit);
    expect(bench.errors).toEqual([`error ${FaultNumber.Commit}`]);
    expect(bench.run.phase).toBe(UpdatePhase.Idle);
  });

  it("from outside, in every phase but the committed one", () => {
    const lost = fault(FaultNumber.Aborted, "connection closed");
    bench.run.fail(lost);
    expect(bench.heard).toEqual([]);
    bench = new RunBench({ takesMs: 1000 });
    bench.run.begin(0, offerOf());
    bench.run.fail(lost);
    bench.run.fail(lost);
    overWith(FaultNumber.Aborted);
    writing();
    writeAll();
    bench.run.verify();
    bench.run.fail(lost);
    overWith(FaultNumber.Aborted);
    writing();
    writeAll();
    bench.run.verify();
    bench.run.commit(0);
    bench.run.fail(lost);
    expect(bench.errors).toEqual([]);
    expect(bench.run.phase).toBe(UpdatePhase.Committed);
  });

  it("does not stand in the way of the next update", () => {
    writing();
    bench.run.fail(fault(FaultNumber.Aborted, "connection closed"));
    expect(bench.run.begin(1, offerOf())).toBeUndefined();
    expect(bench.run.open()).toBeUndefined();
    writeAll();
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.run.commit(1)).toBeUndefined();
  });

  it("of the offer: an MD5 that is none refuses before a byte, rather than go unchecked", () => {
    bench.run.begin(0, { ...offerOf(), md5: "not an md5" });
    expect(bench.run.open()?.number).toBe(FaultNumber.Md5);
    overWith(FaultNumber.Md5);
  });
});

describe("hooks that throw", () => {
  it("onStart says no that way", () => {
    bench.throwing = "start";
    bench.run.begin(0, offerOf());
    expect(bench.run.open()?.text).toBe("onStart: start hook is broken");
    overWith(FaultNumber.SafeState);
  });

  it.each(["progress", "end"])("%s does not stop the update, and is reported", (hook) => {
    bench.throwing = hook;
    bench.run.begin(0, offerOf());
    expect(bench.run.open()).toBeUndefined();
    bench.run.write(image);
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.run.commit(0)).toBeUndefined();
    bench.run.finish(true);
    expect(bench.run.phase).toBe(UpdatePhase.Idle);
    expect(bench.errors).toEqual([]);
    expect(bench.events).toContainEqual({ event: "app-error", text: `${hook} hook is broken` });
  });

  it("error does not keep the failure from its end", () => {
    bench.throwing = "error";
    bench.run.begin(0, offerOf());
    bench.run.open();
    bench.run.fail(fault(FaultNumber.Aborted, "connection closed"));
    overWith(FaultNumber.Aborted);
    expect(bench.run.begin(0, { ...offerOf(), size: 0 })?.number).toBe(FaultNumber.Size);
    expect(bench.events.filter(({ event }) => event === "app-error")).toHaveLength(2);
  });
});

it("watchers hear of every tenth, as soon as it is there, where no hook is", () => {
  bench = new RunBench();
  bench.run.hooks = {};
  bench.run.begin(0, offerOf());
  bench.run.open();
  for (const piece of pieces(image, 10)) bench.run.write(piece);
  const told = bench.events.flatMap((event) => (event.event === "progress" ? [event.done] : []));
  expect(told).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
});

describe("a parked preparation", () => {
  /** ms that it is kept for. */
  const prepareKeepMs = 60_000;

  function parked(): void {
    bench = new RunBench({ takesMs: 20_000, deadlineMs: 30_000 });
    bench.run.begin(0, offerOf());
    at(8000);
    bench.run.park(8000);
  }

  it("goes on closing, and the next offer finds it ready", () => {
    parked();
    at(20_000);
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
    expect(bench.run.begin(21_000, { ...offerOf(), from: "10.0.0.3" })).toBeUndefined();
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
    expect(bench.run.offer?.from).toBe("10.0.0.3");
    at(8000 + prepareKeepMs + 1);
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
    expect(bench.valve.entered).toBe(1);
  });

  it("is let go of after a minute, without an error for the application", () => {
    parked();
    at(8000 + prepareKeepMs - 1);
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
    expect(at(8000 + prepareKeepMs)).toBeUndefined();
    expect(bench.run.phase).toBe(UpdatePhase.Idle);
    expect(bench.valve.left).toBe(1);
    expect(bench.events.at(-1)).toMatchObject({ event: "refused", code: "RELEASED" });
    expect(bench.errors).toEqual([]);
  });

  it("that fails meanwhile is told to the application", () => {
    bench = new RunBench({ takesMs: 60_000, deadlineMs: 30_000 });
    bench.run.begin(0, offerOf());
    bench.run.park(8000);
    expect(at(30_000)?.number).toBe(FaultNumber.SafeState);
    overWith(FaultNumber.SafeState);
  });

  it("stays when the next offer is refused", () => {
    parked();
    expect(bench.run.begin(9000, { ...offerOf(), size: 0 })?.number).toBe(FaultNumber.Size);
    expect(bench.run.phase).toBe(UpdatePhase.Preparing);
    expect(bench.valve.left).toBe(0);
  });

  it("is not made of an update that writes", () => {
    writing();
    bench.run.park(0);
    at(prepareKeepMs);
    expect(bench.run.phase).toBe(UpdatePhase.Writing);
  });
});
