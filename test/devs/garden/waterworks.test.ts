import { expect, test } from "vitest";
import { Waterworks } from "../../../devs/garden/lib/waterworks.js";

const times = { openMs: 1000, closeMs: 1000, deadlineMs: 2000 };

/** Three valves whose switches the test sets, and a list of everything that was commanded. */
function bare(): { works: Waterworks; closed: boolean[]; log: string[] } {
  const closed = [true, true, true];
  const log: string[] = [];
  const works = new Waterworks(
    { drive: (on) => log.push(`pump ${on ? "on" : "off"}`), runs: () => false },
    closed.map((_, index) => ({
      drive: (open) => log.push(`${index + 1} ${open ? "open" : "close"}`),
      readsClosed: () => closed[index],
    })),
    times,
  );
  works.start(0);
  return { works, closed, log };
}

function flowing(): ReturnType<typeof bare> {
  const it = bare();
  it.works.tick(100);
  it.works.open(1, 100);
  it.closed[1] = false;
  it.works.tick(1100);
  expect(it.works.runPump()).toBe(true);
  it.log.length = 0;
  return it;
}

test("at start the pump stops first, then every valve loses its power", () => {
  expect(bare().log).toEqual(["pump off", "1 close", "2 close", "3 close"]);
});

test("no valve opens before all are verified closed, nor beside another one", () => {
  const { works, closed, log } = bare();
  expect(works.open(0, 50)).toBe(false);
  works.tick(100);
  expect(works.open(0, 100)).toBe(true);
  closed[0] = false;
  expect(works.open(1, 100)).toBe(false);
  works.tick(1100);
  expect(works.open(1, 1100)).toBe(false);
  expect(log.filter((line) => line.endsWith("open"))).toEqual(["1 open"]);
});

test("the pump does not start on closed or half-open valves", () => {
  const { works, closed, log } = bare();
  works.tick(100);
  expect(works.runPump()).toBe(false);
  works.open(0, 100);
  closed[0] = false;
  works.tick(200);
  expect(works.runPump()).toBe(false);
  expect(log).not.toContain("pump on");
});

test("the pump stops before the valve's motor lets go", () => {
  const { works, log } = flowing();
  works.closeAll(2000);
  expect(log.slice(0, 2)).toEqual(["pump off", "1 close"]);
});

test("a valve that falls shut stops the pump first, without being asked", () => {
  const { works, closed, log } = flowing();
  closed[1] = true;
  works.tick(2000);
  expect(log).toEqual(["pump off", "2 close"]);
});

test("a second valve that leaves its seat stops the pump", () => {
  const { works, closed, log } = flowing();
  closed[2] = false;
  works.tick(2000);
  expect(log).toContain("pump off");
});
