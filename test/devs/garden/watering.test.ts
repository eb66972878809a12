import { expect, test } from "vitest";
import { quick, Rig } from "./rig.js";

const hour = 3_600_000;

test("the program runs zone after zone, with a soak between its rounds", () => {
  const rig = new Rig();
  rig.run(hour);
  expect(rig.zones).toEqual([]);
  rig.run(60_000);
  const round = ["1 start 2", "1 stop 0", "3 start 3", "3 stop 0"];
  expect(rig.zones).toEqual([...round, ...round]);
  expect(rig.bench.litres(0)).toBeCloseTo((4 * 20) / 60, 6);
  expect(rig.bench.litres(1)).toBe(0);
  expect(rig.bench.litres(2)).toBeCloseTo((6 * 20) / 60, 6);
  expect(rig.kept).toBe("");
});

test("the pump starts after the valve is open and stops before it closes", () => {
  const rig = new Rig();
  rig.run(hour + 8000);
  const order = rig.events.flatMap((event) =>
    event.event === "pump" || event.event === "valve" ? event.state : [],
  );
  expect(order.slice(0, 6)).toEqual(["opening", "open", "on", "off", "closing", "closed"]);
});

test("with the clock set, the program starts at its minute and only once", () => {
  const rig = new Rig();
  rig.minute = 359;
  rig.run(2 * hour);
  expect(rig.zones).toEqual([]);
  rig.minute = 360;
  rig.run(60_000);
  expect(rig.zones.filter((zone) => zone.startsWith("1 start"))).toHaveLength(2);
  rig.minute = 361;
  rig.run(60_000);
  expect(rig.zones).toHaveLength(8);
});

test("rain skips the program until the delay is over, and says so", () => {
  const rig = new Rig();
  rig.bench.rain(true);
  rig.run(1000);
  rig.bench.rain(false);
  rig.run(hour);
  expect(rig.zones).toEqual([]);
  expect(rig.notes).toEqual(["quick skipped: rain delay, 12 h left"]);
  rig.garden.skipFor(0);
  rig.run(hour + 5000);
  expect(rig.zones).not.toEqual([]);
});

test("rain ends a running program but no manual run", () => {
  const rig = new Rig();
  rig.run(hour + 3000);
  rig.bench.rain(true);
  rig.run(5000);
  expect(rig.zones).toEqual(["1 start 2", "1 stop 1"]);
  expect(rig.notes).toEqual(["quick stopped: rain"]);
  expect(rig.kept).toBe("");
  rig.garden.manual(2, 1);
  rig.run(5000);
  expect(rig.zones.slice(2)).toEqual(["2 start 1", "2 stop 0"]);
});

test("a manual run waters one zone and can be stopped", () => {
  const rig = new Rig();
  rig.run(500);
  expect(rig.garden.manual(2, 60)).toBe("");
  rig.run(5000);
  expect(rig.zones).toEqual(["2 start 60"]);
  expect(rig.kept).toBe("manual 0 2 50");
  rig.garden.stop("button");
  rig.run(5000);
  expect(rig.zones).toEqual(["2 start 60", "2 stop 57"]);
  expect(rig.bench.valves.map((valve) => valve.state)).toEqual(["closed", "closed", "closed"]);
  expect(rig.kept).toBe("");
});

test("a manual run is refused with its reason", () => {
  const rig = new Rig();
  expect(rig.garden.manual(2, 5)).toBe("closing valve 1");
  rig.run(200);
  expect(rig.garden.manual(4, 5)).toBe("there is no zone 4");
  rig.enter();
  expect(rig.garden.manual(2, 5)).toBe("an update is on its way");
  rig.leave();
  rig.run(200);
  expect(rig.garden.manual(1, 5)).toBe("");
  expect(rig.garden.manual(2, 5)).toBe("manual is running");
});

test("a zone without a valve is left out", () => {
  const rig = new Rig({ ...quick, rounds: 1, waterings: [{ zone: 7, seconds: 2 }, ...quick.waterings] });
  rig.run(hour + 60_000);
  expect(rig.notes).toEqual(["zone 7 skipped: there is no such valve"]);
  expect(rig.zones).toHaveLength(4);
});
