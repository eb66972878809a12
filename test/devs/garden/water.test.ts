import { expect, test } from "vitest";
import type { Program } from "../../../devs/garden/lib/program.js";
import { quick, Rig, wiring } from "./rig.js";

const day = 86_400;
/** 8:00 UTC on some day; the garden's time is UTC here. */
const eight = 1_800_000_000;

const oneZone: Program = {
  ...quick,
  waterings: [{ zone: 1, seconds: 240 }],
  rounds: 1,
  startMinutes: [360],
  everyMinutes: 0,
};

/** A rig whose clock stands at this time of this day. */
function at(program: Program, hour: number, minute = 0, second = 0): Rig {
  const rig = new Rig(program);
  setClock(rig, hour * 3600 + minute * 60 + second);
  return rig;
}

/** @param seconds of the day */
function setClock(rig: Rig, seconds: number): void {
  rig.epoch = eight - 8 * 3600 + seconds;
  rig.minute = minuteOf(rig);
}

function minuteOf(rig: Rig): number {
  return Math.floor((rig.epoch % day) / 60);
}

/** Goes on with a clock whose minutes pass. */
function pass(rig: Rig, seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    rig.minute = minuteOf(rig);
    rig.run(1000);
  }
}

/** The power fails for so long. */
function cut(rig: Rig, program: Program, seconds: number): void {
  rig.epoch += seconds;
  rig.minute = minuteOf(rig);
  rig.restart(program, "power-on", seconds * 1000);
}

/** Seconds that the pump ran for zone 1: 20 litres a minute. */
function watered(rig: Rig): number {
  return rig.bench.litres(0) * 3;
}

test("power cuts every 200 s never give a zone of 240 s more than its time", () => {
  const rig = at(oneZone, 5, 59, 50);
  for (let i = 0; i < 40; i++) {
    pass(rig, 200);
    cut(rig, oneZone, 2);
  }
  expect(watered(rig)).toBeLessThanOrEqual(240);
  expect(watered(rig)).toBeGreaterThan(200);
});

test("a supply that fails at the start of the pump gets three tries, further and further apart", () => {
  const rig = at(oneZone, 5, 59, 50);
  const starts: number[] = [];
  for (let i = 0; i < 1800; i++) {
    pass(rig, 1);
    if (!rig.bench.pumpRuns) continue;
    starts.push(rig.epoch);
    cut(rig, oneZone, 2);
  }
  expect(starts).toHaveLength(3);
  expect(starts[1] - starts[0]).toBeGreaterThanOrEqual(60);
  expect(starts[2] - starts[1]).toBeGreaterThanOrEqual(120);
  expect(rig.notes.at(-1)).toMatch(/abandoned: 3 starts of the pump in a row took the power away$/);
});

test("a start within the restart of an update is made up for", () => {
  const rig = at(oneZone, 5, 59, 40);
  pass(rig, 10);
  rig.enter();
  pass(rig, 5);
  rig.epoch += 13;
  rig.restart(oneZone, "update", 13_000);
  pass(rig, 300);
  expect(rig.zones).toEqual(["1 start 240", "1 stop 0"]);
});

test("a start within a power cut is made up for within the hour, and no later", () => {
  for (const [minutes, times] of [
    [50, 1],
    [70, 0],
  ] as const) {
    const rig = at(oneZone, 5, 55);
    pass(rig, 60);
    rig.garden.skipFor(0);
    cut(rig, oneZone, minutes * 60);
    pass(rig, 300);
    expect(rig.zones.filter((zone) => zone === "1 start 240")).toHaveLength(times);
  }
});

test("a rain delay that was asked for survives an update and a power cut", () => {
  const rig = at(oneZone, 5, 0);
  pass(rig, 10);
  rig.garden.skipFor(24);
  rig.enter();
  pass(rig, 10);
  rig.restart(oneZone, "update", 8000);
  pass(rig, 10);
  cut(rig, oneZone, 3 * 60);
  pass(rig, 3700);
  expect(rig.zones).toEqual([]);
  expect(rig.notes).toEqual(["quick skipped: rain delay, 24 h left"]);
});

test.each([
  [Number.POSITIVE_INFINITY, 0],
  [1e12, 0],
  [Number.NaN, 1],
  [-5, 1],
])("a delay of %d hours is kept in a record that can be read", (hours, starts) => {
  const rig = at(oneZone, 5, 0);
  pass(rig, 10);
  rig.garden.skipFor(hours);
  cut(rig, oneZone, 60);
  pass(rig, 3700);
  expect(rig.zones.filter((zone) => zone.startsWith("1 start"))).toHaveLength(starts);
  expect(rig.notes).not.toContain("record of the last start is unreadable");
});

test("a zone that does not exist is refused", () => {
  const rig = at(oneZone, 5, 0);
  pass(rig, 10);
  for (const zone of [0, 4, 1.5, -1, Number.NaN])
    expect(rig.garden.manual(zone, 10)).toBe(`there is no zone ${zone}`);
});

test("water by hand counts for the day, and has an end", () => {
  const rig = at(oneZone, 5, 0);
  pass(rig, 5);
  expect(rig.garden.manual(1, 7200)).toBe("no run of 7200 s");
  expect(rig.garden.manual(1, Number.NaN)).toBe("no run of NaN s");
  expect(rig.garden.manual(1, 180)).toBe("");
  pass(rig, 3600);
  pass(rig, 300);
  expect(rig.notes).toContain("zone 1: 60 s are left of today's water");
  expect(watered(rig)).toBeCloseTo(240, 0);
  // The next day has water of its own.
  setClock(rig, day + 359 * 60 + 50);
  rig.restart(oneZone, "power-on");
  pass(rig, 300);
  expect(watered(rig)).toBeCloseTo(480, 0);
});

test("a clock that is set to tomorrow gives no second day of water", () => {
  const late = { ...oneZone, startMinutes: [360, 420] };
  const rig = at(late, 5, 59, 50);
  pass(rig, 300);
  expect(watered(rig)).toBeCloseTo(240, 0);
  // The second start of the day, and those of a day that was never there.
  setClock(rig, day + 419 * 60);
  pass(rig, 400);
  expect(watered(rig)).toBeCloseTo(480, 0);
  setClock(rig, 2 * day + 359 * 60 + 720 * 60);
  pass(rig, 3700);
  setClock(rig, 3 * day + 359 * 60);
  pass(rig, 400);
  expect(rig.notes.at(-1)).toBe("zone 1: 0 s are left of today's water");
  expect(watered(rig)).toBeCloseTo(480, 0);
});

test.each([
  ["spring 1:59 -> 3:00, start at 3:00", [180], [118, 119, 180, 181], 1],
  ["spring, start at 2:30", [150], [118, 119, 180, 181], 1],
  ["spring, start at 2:00", [120], [118, 119, 180, 181], 1],
  ["spring, starts at 2:00, 2:30 and 3:00", [120, 150, 180], [118, 119, 180, 181], 1],
  ["spring at midnight, 23:59 -> 1:00, start at 1:00", [60], [1438, 1439, 60, 61], 1],
  ["Lord Howe 1:59 -> 2:30, start at 2:15", [135], [118, 119, 150, 151], 1],
  ["the clock is set from 5:00 to 6:01, start at 6:01", [361], [299, 300, 361, 362], 1],
])("%s: once", (_, startMinutes, minutes, times) => {
  const program = { ...quick, startMinutes, rounds: 1 };
  const rig = new Rig(program);
  rig.epoch = eight;
  for (const minute of minutes) {
    rig.minute = minute;
    rig.run(30_000);
  }
  expect(rig.zones.filter((zone) => zone.startsWith("1 start"))).toHaveLength(times);
});

test.each([
  [150, 1],
  [179, 1],
  [180, 1],
])("autumn 2:59 -> 2:00, start at minute %i: once", (start, times) => {
  const program = { ...quick, startMinutes: [start], rounds: 1 };
  const rig = new Rig(program);
  rig.epoch = eight;
  for (let minute = 100; minute < 180; minute++) step(minute);
  for (let minute = 120; minute < 200; minute++) step(minute);
  expect(rig.zones.filter((zone) => zone.startsWith("1 start"))).toHaveLength(times);

  function step(minute: number): void {
    rig.minute = minute;
    rig.run(20_000);
  }
});

test("the pump starts on an open valve and stops before the valve closes, also at the end of the day's water", () => {
  const rig = at(oneZone, 5, 59, 50);
  pass(rig, 300);
  const order = rig.events.flatMap((event) =>
    event.event === "pump" || event.event === "valve" ? event.state : [],
  );
  expect(order).toEqual(["opening", "open", "on", "off", "closing", "closed"]);
  expect(wiring.valves).toHaveLength(3);
});

test("what cannot be booked does not flow", () => {
  const rig = at(oneZone, 5, 59, 50);
  pass(rig, 60);
  const given = watered(rig);
  expect(given).toBeGreaterThan(10);
  rig.forgetful = true;
  pass(rig, 300);
  // Up to the next entry of the book, and no more; nor after any number of restarts.
  expect(watered(rig) - given).toBeLessThanOrEqual(30);
  for (let i = 0; i < 5; i++) {
    cut(rig, oneZone, 2);
    pass(rig, 120);
  }
  expect(watered(rig)).toBeLessThanOrEqual(240);
  const most = watered(rig);
  expect(rig.garden.manual(1, 60)).toBe("");
  pass(rig, 90);
  expect(watered(rig)).toBe(most);
  expect(rig.notes).toContain("record is not kept: Error: NOTE_NOT_KEPT");
});

test("a zone that had its water has had it after a restart, whatever the clock shows then", () => {
  const rig = at(oneZone, 5, 59, 50);
  pass(rig, 300);
  expect(watered(rig)).toBeCloseTo(240, 0);
  setClock(rig, 359 * 60);
  rig.restart(oneZone, "power-on");
  pass(rig, 400);
  expect(rig.notes.at(-1)).toBe("zone 1: 0 s are left of today's water");
  expect(watered(rig)).toBeCloseTo(240, 0);
});

test("water that flowed without a clock counts for the day that the clock shows afterwards", () => {
  const rig = at(oneZone, 5, 50);
  pass(rig, 60);
  rig.epoch = 0;
  rig.minute = -1;
  rig.run(1000);
  expect(rig.garden.manual(1, 200)).toBe("");
  rig.run(220_000);
  setClock(rig, day + 359 * 60);
  pass(rig, 400);
  expect(rig.notes).toContain("zone 1: 40 s are left of today's water");
  expect(watered(rig)).toBeCloseTo(240, 0);
});

test("nothing runs by hand while a sequence that power cut short waits for the clock", () => {
  const rig = at(oneZone, 5, 59, 50);
  pass(rig, 60);
  rig.epoch = 0;
  rig.minute = -1;
  rig.restart(oneZone, "power-on");
  rig.run(10_000);
  expect(rig.garden.manual(2, 10)).toBe("waiting for the clock");
  rig.run(120_000);
  expect(rig.notes.at(-1)).toMatch(/abandoned: how long ago is not known$/);
  expect(rig.garden.manual(2, 10)).toBe("");
});
