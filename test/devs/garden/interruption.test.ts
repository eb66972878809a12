import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Interruption,
  interruptionText,
  judgeInterruption,
  parseInterruption,
} from "../../../devs/garden/lib/interruption.js";
import { spring } from "../../../devs/garden/programs/spring.js";
import { summer } from "../../../devs/garden/programs/summer.js";
import { quick, Rig } from "./rig.js";

const noon = 1_767_268_800;
const at: Interruption = { program: "spring", step: 1, zone: 2, secondsLeft: 45, at: noon };

describe("what becomes of an interrupted sequence", () => {
  const minute = 60;
  test.each([
    ["update, same program", at, spring, 3, "update", noon + minute, "program"],
    ["update, clock not set", { ...at, at: 0 }, spring, 3, "update", 0, "program"],
    ["update, clock lost since", at, spring, 3, "update", 0, "program"],
    ["rollback, clock not set", { ...at, at: 0 }, spring, 3, "rollback", 0, "program"],
    ["update, other program", at, summer, 3, "update", noon + minute, "zone"],
    ["update, same name but other zones", { ...at, zone: 3 }, spring, 3, "update", noon, "zone"],
    ["update, step beyond the program", { ...at, step: 9 }, spring, 3, "update", noon, "zone"],
    ["update, zone is gone", { ...at, zone: 3 }, spring, 2, "update", noon, "nothing"],
    ["update, half an hour later", at, spring, 3, "update", noon + 30 * minute, "nothing"],
    ["power-on, a minute later", at, spring, 3, "power-on", noon + minute, "program"],
    ["power-on, clock not set", at, spring, 3, "power-on", 0, "nothing"],
    ["power-on, clock was put back", at, spring, 3, "power-on", noon - minute, "nothing"],
    ["unknown, clock not set", at, spring, 3, "unknown", 0, "nothing"],
    ["watchdog, a minute later", at, spring, 3, "watchdog", noon + minute, "nothing"],
    ["one crash after the other", at, spring, 3, "crash", noon + minute, "nothing"],
    [
      "a manual run after an update",
      { ...at, program: "manual", step: 0 },
      spring,
      3,
      "update",
      noon,
      "zone",
    ],
  ] as const)("%s", (_, it, program, zones, reason, now, expected) => {
    expect(judgeInterruption(it, program, zones, reason, now).resume).toBe(expected);
  });
});

test("records survive being written and read", () => {
  const number = fc.nat(86_400);
  fc.assert(
    fc.property(
      fc.record({
        program: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
        step: number,
        zone: number,
        secondsLeft: number,
        at: fc.nat(),
      }),
      (it) => {
        expect(parseInterruption(interruptionText(it))).toEqual(it);
      },
    ),
  );
});

test("anything else is no record", () => {
  for (const text of [
    "",
    "spring",
    "spring 1 2 45",
    " 1 2 45 0",
    "a 1 2 -3 0",
    "a 1 2 1e9 0",
    "a 1 2 99999 0",
    "a 1 2 x 0",
    "a 1 2 4.5 0",
    "a 1 2 3 0 ",
  ])
    expect(parseInterruption(text), text).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const it = parseInterruption(text);
      expect(it === undefined || interruptionText(it) === text).toBe(true);
    }),
  );
});

/** Restarts 1 s into the second watering of the quick program, after the safe state of an update. */
function interrupted(): Rig {
  const rig = new Rig();
  rig.run(3_600_000);
  rig.until(() => rig.zones.includes("3 start 3"));
  rig.run(1000);
  rig.enter();
  rig.until(() => rig.safe() === true);
  expect(rig.remembered).toBe("quick 1 3 2 0");
  rig.events.length = 0;
  return rig;
}

test("after the update the same program goes on at its place", () => {
  const rig = interrupted();
  rig.restart(quick, "update");
  rig.run(60_000);
  expect(rig.notes).toEqual(["quick zone 3, 2 s left, resumed: after update"]);
  expect(rig.zones).toEqual(["3 start 2", "3 stop 0", "1 start 2", "1 stop 0", "3 start 3", "3 stop 0"]);
  expect(rig.remembered).toBe("");
});

test("another program finishes the zone and no more", () => {
  const rig = interrupted();
  rig.restart(summer, "update");
  rig.run(60_000);
  expect(rig.notes).toEqual(["quick zone 3, 2 s left, resumed: after update, program is summer now"]);
  expect(rig.zones).toEqual(["3 start 2", "3 stop 0"]);
  expect(rig.remembered).toBe("");
});

test("the rest of a foreign program is not mistaken for its own when the update is rolled back", () => {
  const rig = interrupted();
  rig.restart(summer, "update");
  rig.run(3000);
  expect(rig.remembered).toBe("rest 0 3 2 0");
  rig.restart({ ...quick, waterings: [{ zone: 3, seconds: 3 }, ...quick.waterings] }, "rollback");
  rig.run(60_000);
  expect(rig.zones.at(-1)).toBe("3 stop 0");
  expect(rig.zones.filter((zone) => zone.startsWith("1"))).toEqual([]);
});

test("after a power cut of unknown length nothing goes on, and the log says why", () => {
  const rig = interrupted();
  rig.restart(quick, "power-on");
  rig.run(60_000);
  expect(rig.notes).toEqual(["quick zone 3, 2 s left, abandoned: how long ago is not known"]);
  expect(rig.zones).toEqual([]);
  expect(rig.remembered).toBe("");
});

test("a power cut in the middle of a zone repeats that zone when the clock says it was short", () => {
  const rig = new Rig();
  rig.epoch = noon;
  rig.run(3_600_000);
  rig.until(() => rig.zones.includes("3 start 3"));
  rig.run(1000);
  rig.events.length = 0;
  rig.epoch += 120;
  rig.restart(quick, "power-on", 120_000);
  rig.run(10_000);
  expect(rig.zones).toEqual(["3 start 3", "3 stop 0"]);
});

test("a damaged record is dropped", () => {
  const rig = new Rig();
  rig.remembered = "quick 1 3";
  rig.restart(quick, "update");
  rig.run(5000);
  expect(rig.notes).toEqual(["record of an interrupted sequence is unreadable"]);
  expect(rig.remembered).toBe("");
});
