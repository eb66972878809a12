import { expect, it } from "vitest";
import { type Fault, FaultNumber } from "../../../src/core/errors.js";
import { type Due, stepDue } from "../../../src/core/update/due.js";
import { SafeState, type SafeStep } from "../../../src/core/update/safe-state.js";
import { Update, UpdatePhase } from "../../../src/core/update/update.js";

const offer = { command: 0, size: 100, md5: "", from: "web" };
let closed: true | string = "closing";

function make(refused?: Fault, room = false): { run: Update; due: Due } {
  closed = "closing";
  const safe = new SafeState();
  const valve: SafeStep = {
    name: "valve",
    deadlineMs: 3000,
    enter: () => {},
    check: () => closed,
    leave: () => {},
  };
  safe.steps = [valve];
  const run = new Update({
    capacity: () => 1000,
    receiver: () => {
      throw new Error("nothing is received here");
    },
    policy: () => refused,
    canStay: () => room,
    notify: () => {},
    safe,
  });
  return { run, due: { offer, since: 0, waiting: undefined, begun: false } };
}

it("begins once, waits until the equipment is safe, and then the board leaves", () => {
  const { run, due } = make();
  expect(stepDue(due, run, 0)).toBeUndefined();
  expect([due.begun, run.phase, run.offer]).toEqual([true, UpdatePhase.Preparing, offer]);
  expect(stepDue(due, run, 100)).toBeUndefined();
  expect(run.phase).toBe(UpdatePhase.Preparing);
  closed = true;
  expect(stepDue(due, run, 200)).toBeUndefined();
  expect(run.phase).toBe(UpdatePhase.Leaving);
});

it("returns why it is refused, why the equipment did not become safe, and that it was given up", () => {
  const notNow = { number: FaultNumber.OnTrial, code: "ON_TRIAL", text: "still on trial" };
  const early = make(notNow);
  expect(stepDue(early.due, early.run, 0)).toEqual(notNow);
  const stuck = make();
  expect(stepDue(stuck.due, stuck.run, 0)).toBeUndefined();
  expect(stepDue(stuck.due, stuck.run, 3000)).toMatchObject({ number: FaultNumber.SafeState });
  const gone = make();
  expect(stepDue(gone.due, gone.run, 0)).toBeUndefined();
  gone.run.fail(notNow);
  expect(stepDue(gone.due, gone.run, 100)).toMatchObject({ number: FaultNumber.Aborted });
});

it("takes over what is prepared for a sender who was to come back: there is no room for it any more", () => {
  const { run, due } = make(undefined, true);
  closed = true;
  expect(run.begin(0, offer)).toBeUndefined();
  run.park(0);
  expect(run.phase).toBe(UpdatePhase.Prepared);
  expect(stepDue(due, run, 100)).toBeUndefined();
  expect(run.phase).toBe(UpdatePhase.Preparing);
});
