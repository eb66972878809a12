import { expect, test } from "vitest";
import { quick, Rig, wiring } from "./rig.js";

const start = 3_600_000;
/** The whole quick program takes about 34 s; looked at every 700 ms. */
const moments = Array.from({ length: 52 }, (_, i) => i * 700);

test("entered at any moment of a sequence it closes everything, and leaving goes on as if nothing had been", () => {
  const undisturbed = new Rig();
  undisturbed.run(start + 60_000);
  const water = [0, 1, 2].map((valve) => undisturbed.bench.litres(valve));
  for (const moment of moments) {
    const rig = new Rig({ ...quick, everyMinutes: 60 });
    rig.run(start + moment);
    rig.enter();
    const flowed = rig.bench.totalLitres;
    expect(rig.bench.pumpRuns).toBe(false);
    rig.until(() => rig.safe() === true);
    rig.run(30_000);
    expect(rig.safe()).toBe(true);
    expect(rig.bench.valves.map((valve) => valve.position)).toEqual([0, 0, 0]);
    expect(rig.bench.totalLitres).toBe(flowed);
    rig.leave();
    rig.run(60_000);
    for (const valve of [0, 1, 2]) expect(rig.bench.litres(valve)).toBeCloseTo(water[valve], 5);
    expect(rig.kept).toBe("");
  }
});

test("the texts say what it waits for", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  expect(rig.steps.map((step) => step.name)).toEqual(["pump", "valves"]);
  expect(rig.steps[0].check()).toBe("stopping the pump");
  rig.steps[0].enter();
  expect(rig.steps[0].check()).toBe(true);
  expect(rig.bench.valves[1].state).toBe("open");
  rig.steps[1].enter();
  expect(rig.steps[1].check()).toBe("closing valve 2");
  expect(rig.kept).toBe("manual 0 2 57");
});

test("leaving without having entered changes nothing", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  rig.leave();
  rig.run(1000);
  expect(rig.bench.pumpRuns).toBe(true);
});

test("a start that came due meanwhile is made up for", () => {
  const rig = new Rig();
  rig.minute = 350;
  rig.run(1000);
  rig.enter();
  rig.minute = 365;
  rig.run(60_000);
  expect(rig.zones).toEqual([]);
  rig.leave();
  rig.run(60_000);
  expect(rig.zones).toHaveLength(8);
});

test("entered before the boot check is over it waits for it", () => {
  const rig = new Rig();
  rig.enter();
  expect(rig.safe()).toBe("closing valve 1");
  rig.run(200);
  expect(rig.safe()).toBe(true);
  expect(rig.garden.wellness()).toBe(true);
  expect(rig.garden.manual(2, 5)).toBe("an update is on its way");
});

test("left after its first half only, the sequence goes on all the same", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  rig.steps[0].enter();
  rig.run(1000);
  rig.steps[0].leave();
  rig.run(5000);
  expect(rig.zones).toEqual(["2 start 60", "2 stop 57", "2 start 57"]);
});

test("a switch that opens again after it was verified takes the word back", () => {
  const rig = new Rig();
  rig.run(500);
  rig.enter();
  expect(rig.safe()).toBe(true);
  rig.bench.breakSwitch(2, 0);
  rig.run(100);
  expect(rig.safe()).toBe("closing valve 3");
  rig.run(4000);
  expect(() => rig.safe()).toThrow("valve 3 does not close");
});

test("the agent's patience outlasts a valve's deadline, so that the stuck one is named", () => {
  const [pump, valves] = new Rig().steps;
  expect(valves.deadlineMs).toBeGreaterThan(2 * wiring.closeMs);
  expect(pump.deadlineMs).toBeGreaterThan(0);
});
