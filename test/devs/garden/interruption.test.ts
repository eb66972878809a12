import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeInterruption } from "../../../devs/garden/lib/interruption.js";
import {
  type GardenRecord,
  type Interruption,
  parseRecord,
  recordText,
} from "../../../devs/garden/lib/record.js";
import { spring } from "../../../devs/garden/programs/spring.js";
import { summer } from "../../../devs/garden/programs/summer.js";
import { quick, Rig } from "./rig.js";

const noon = 1_767_268_800;
const at: Interruption = { program: "spring", step: 1, zone: 2, secondsLeft: 45, tries: 0 };

describe("what becomes of an interrupted sequence", () => {
  const minute = 60;
  const failing = { ...at, tries: 3 };
  test.each([
    ["update, same program", at, noon, spring, 3, "update", noon + minute, "program"],
    ["update, clock not set", at, 0, spring, 3, "update", 0, "program"],
    ["update, clock lost since", at, noon, spring, 3, "update", 0, "program"],
    ["rollback, clock not set", at, 0, spring, 3, "rollback", 0, "program"],
    ["update, other program", at, noon, summer, 3, "update", noon + minute, "zone"],
    ["update, same name but other zones", { ...at, zone: 3 }, noon, spring, 3, "update", noon, "zone"],
    ["update, step beyond the program", { ...at, step: 9 }, noon, spring, 3, "update", noon, "zone"],
    ["update, zone is gone", { ...at, zone: 3 }, noon, spring, 2, "update", noon, "nothing"],
    ["update, half an hour later", at, noon, spring, 3, "update", noon + 30 * minute, "nothing"],
    ["power-on, a minute later", at, noon, spring, 3, "power-on", noon + minute, "program"],
    ["power-on, clock not set", at, noon, spring, 3, "power-on", 0, "nothing"],
    ["power-on, clock was put back", at, noon, spring, 3, "power-on", noon - minute, "nothing"],
    ["unknown, clock not set", at, noon, spring, 3, "unknown", 0, "nothing"],
    ["watchdog, a minute later", at, noon, spring, 3, "watchdog", noon + minute, "nothing"],
    ["one crash after the other", at, noon, spring, 3, "crash", noon + minute, "nothing"],
    ["the pump took the power away three times", failing, noon, spring, 3, "power-on", noon, "nothing"],
    [
      "a manual run after an update",
      { ...at, program: "manual", step: 0 },
      noon,
      spring,
      3,
      "update",
      noon,
      "zone",
    ],
  ] as const)("%s", (_, it, then, program, zones, reason, now, expected) => {
    expect(judgeInterruption(it, then, program, zones, reason, now).resume).toBe(expected);
  });

  test("a pump that has taken the power away waits longer each time", () => {
    const waits = [0, 1, 2].map(
      (tries) => judgeInterruption({ ...at, tries }, noon, spring, 3, "power-on", noon).wait,
    );
    expect(waits).toEqual([0, 60, 120]);
  });
});

const number = fc.nat(86_400);
const record: fc.Arbitrary<GardenRecord> = fc.record({
  day: fc.integer({ min: -10_000_000 }),
  age: fc.nat(),
  at: fc.nat(),
  minute: fc.integer({ min: -1, max: 1439 }),
  rain: fc.nat(),
  used: fc.array(number, { minLength: 1, maxLength: 16 }),
  interruption: fc.option(
    fc.record({
      program: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      step: number,
      zone: number,
      secondsLeft: number,
      tries: fc.nat(9),
    }),
    { nil: undefined },
  ),
});

test("records survive being written and read, and fit into a note", () => {
  fc.assert(
    fc.property(record, (it) => {
      expect(parseRecord(recordText(it))).toEqual(it);
      expect(recordText(it).length).toBeLessThanOrEqual(500);
    }),
  );
});

test("anything else is no record", () => {
  for (const text of [
    "",
    "spring",
    "spring 1 2 45 1767225600",
    "g2 0 0 0 -1 0",
    "g2 0 0 0 -1 0 ",
    "g2 0 0 0 -1 0 1,",
    "g2 0 0 0 -1 0 1,-1",
    "g2 0 0 0 -2 0 1",
    "g2 -99999999 0 0 -1 0 1",
    "g2 0 -1 0 -1 0 1",
    "g2 0 0 0 -1 0 1 spring 0 1 2",
    "g2 0 0 0 -1 0 1  0 1 2 0",
    "g2 0 0 0 -1 0 1 spring 0 1 99999 0",
    "g2 0 0 0 -1 0 1 spring 0 1 1e3 0",
    "g2 0 0 0 -1 0 1 spring 0 1 4.5 0",
    "g2 0 0 0 -1 0 1 spring 0 1 4 0 ",
  ])
    expect(parseRecord(text), text).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const it = parseRecord(text);
      expect(it === undefined || recordText(it) === text).toBe(true);
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
  expect(rig.kept).toBe("quick 1 3 2");
  rig.events.length = 0;
  return rig;
}

test("after the update the same program goes on at its place", () => {
  const rig = interrupted();
  rig.restart(quick, "update");
  rig.run(60_000);
  expect(rig.notes).toEqual(["quick zone 3, 2 s left, resumed: after update"]);
  expect(rig.zones).toEqual(["3 start 2", "3 stop 0", "1 start 2", "1 stop 0", "3 start 3", "3 stop 0"]);
  expect(rig.kept).toBe("");
});

test("another program finishes the zone and no more", () => {
  const rig = interrupted();
  rig.restart(summer, "update");
  rig.run(60_000);
  expect(rig.notes).toEqual(["quick zone 3, 2 s left, resumed: after update, program is summer now"]);
  expect(rig.zones).toEqual(["3 start 2", "3 stop 0"]);
  expect(rig.kept).toBe("");
});

test("the rest of a foreign program is not mistaken for its own when the update is rolled back", () => {
  const rig = interrupted();
  rig.restart(summer, "update");
  rig.run(1000);
  expect(rig.kept).toBe("rest 0 3 2");
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
  expect(rig.kept).toBe("");
});

test("a power cut in the middle of a zone gives it the rest, when the clock tells that it was short", () => {
  const long = { ...quick, waterings: [{ zone: 3, seconds: 90 }], rounds: 1 };
  const rig = new Rig(long);
  rig.epoch = noon;
  rig.minute = 359;
  rig.run(5000);
  rig.minute = 360;
  rig.until(() => rig.zones.includes("3 start 90"));
  rig.run(45_000);
  rig.events.length = 0;
  rig.epoch += 120;
  rig.minute = 362;
  rig.restart(long, "power-on", 120_000);
  rig.run(90_000);
  // 70 s were written down as gone when 45 had flowed: water is never given twice.
  expect(rig.zones).toEqual(["3 start 20", "3 stop 0"]);
});

test("a damaged record is dropped", () => {
  const rig = new Rig();
  rig.remembered = "quick 1 3";
  rig.restart(quick, "update");
  rig.run(5000);
  expect(rig.notes).toEqual(["record of the last start is unreadable"]);
  expect(rig.kept).toBe("");
});
