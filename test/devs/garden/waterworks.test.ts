import { expect, test } from "vitest";
import * as works from "../../../devs/garden/lib/waterworks.js";

/** Three valves whose switches the test sets, and a list of everything that was commanded. */
function bare(flows?: () => boolean): { closed: boolean[]; log: string[] } {
  const closed = [true, true, true];
  const log: string[] = [];
  const ports: works.WaterPorts = {
    drive: (index, on) =>
      log.push(index === 0 ? `pump ${on ? "on" : "off"}` : `${index} ${on ? "open" : "close"}`),
    reads: (index) => index > 0 && closed[index - 1],
    flows,
  };
  works.startWaterworks({ valves: closed, openMs: 1000, closeMs: 1000 }, ports, 0);
  return { closed, log };
}

function flowing(flows?: () => boolean): ReturnType<typeof bare> {
  const it = bare(flows);
  works.tickWaterworks(100);
  works.openValve(2);
  it.closed[1] = false;
  works.tickWaterworks(1100);
  expect(works.runPump(2)).toBe(true);
  it.log.length = 0;
  return it;
}

test("at start the pump stops first, then every valve loses its power", () => {
  expect(bare().log).toEqual(["pump off", "1 close", "2 close", "3 close"]);
});

test("no valve opens before all are verified closed, nor beside another one", () => {
  const { closed, log } = bare();
  expect(works.openValve(1)).toBe(false);
  works.tickWaterworks(100);
  expect(works.openValve(1)).toBe(true);
  closed[0] = false;
  expect(works.openValve(2)).toBe(false);
  works.tickWaterworks(1100);
  expect(works.openValve(2)).toBe(false);
  expect(log.filter((line) => line.endsWith("open"))).toEqual(["1 open"]);
});

test("the pump does not start on closed or half-open valves", () => {
  const { closed, log } = bare();
  works.tickWaterworks(100);
  expect(works.runPump(1)).toBe(false);
  works.openValve(1);
  closed[0] = false;
  works.tickWaterworks(200);
  expect(works.runPump(1)).toBe(false);
  expect(log).not.toContain("pump on");
});

test("the pump stops before the valve's motor lets go", () => {
  const { log } = flowing();
  works.closeValves();
  expect(log.slice(0, 2)).toEqual(["pump off", "1 close"]);
});

test("a valve that falls shut stops the pump first, without being asked", () => {
  const { closed, log } = flowing();
  closed[1] = true;
  works.tickWaterworks(2000);
  expect(log).toEqual(["pump off", "2 close"]);
});

test("a second valve that leaves its seat stops the pump", () => {
  const { closed, log } = flowing();
  closed[2] = false;
  works.tickWaterworks(2000);
  expect(log).toContain("pump off");
});

test("water through closed valves is an alarm after ten seconds, and none when it runs out", () => {
  let flows = true;
  bare(() => flows);
  for (let now = 100; now < 10_000; now += 100) works.tickWaterworks(now);
  expect(works.alarm).toBe("");
  works.tickWaterworks(10_000);
  expect(works.alarm).toBe("water flows through closed valves");
  flows = false;
  works.tickWaterworks(10_100);
  expect(works.alarm).toBe("");
});

test("a pump through which no water comes is stopped after ten seconds", () => {
  const { log } = flowing(() => false);
  for (let now = 1200; now < 11_100; now += 100) works.tickWaterworks(now);
  expect(log).toEqual([]);
  works.tickWaterworks(11_100);
  expect(log).toEqual(["pump off", "2 close"]);
  expect(works.valves[1].fault).toBe("no water flows through valve 2");
});
