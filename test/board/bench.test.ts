import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bench, type BenchEvent } from "../../src/board/bench.js";
import { type ManualClock, manualClock } from "../../src/board/manual-clock.js";
import { Pins } from "../../src/board/pins.js";

const wiring = JSON.parse(readFileSync("devs/garden/wiring.json", "utf8")) as unknown;
const drive = 26;
const sensor = 19;
const pump = 33;

interface Table {
  readonly bench: Bench;
  readonly pins: Pins;
  readonly clock: ManualClock;
  readonly events: BenchEvent[];
  readonly write: (pin: number, level: 0 | 1) => void;
}

function table(): Table {
  const pins = new Pins();
  const clock = manualClock();
  const events: BenchEvent[] = [];
  const bench = new Bench(wiring, pins, clock, (event) => events.push(event));
  return { bench, pins, clock, events, write: (pin, level) => pins.write(pin, level) };
}

describe("a motor valve", () => {
  test("takes its time, and its switch closes only at the very end", () => {
    const { pins, clock, events, write } = table();
    expect(pins.readLevel(sensor)).toBe(1);
    write(drive, 1);
    expect(pins.readLevel(sensor)).toBe(0);
    clock.advance(1499);
    expect(events).toEqual([{ event: "valve", name: "valve 2", state: "opening" }]);
    clock.advance(1);
    expect(events.at(-1)).toEqual({ event: "valve", name: "valve 2", state: "open" });
    write(drive, 0);
    clock.advance(1999);
    expect(pins.readLevel(sensor)).toBe(0);
    clock.advance(1);
    expect(pins.readLevel(sensor)).toBe(1);
    expect(events.slice(2).map((event) => event.state)).toEqual(["closing", "closed"]);
  });

  test("is closed by its spring when the chip loses its power, and time goes on without the chip", () => {
    const { bench, pins, clock, write } = table();
    write(drive, 1);
    clock.advance(5000);
    pins.float();
    expect(bench.valves[1].state).toBe("closing");
    clock.advance(2000);
    expect(bench.valves[1].state).toBe("closed");
    expect(pins.readLevel(sensor)).toBe(1);
  });

  test("turned round half way, it needs half the time back", () => {
    const { bench, clock, write } = table();
    write(drive, 1);
    clock.advance(750);
    expect(bench.valves[1].position).toBeCloseTo(0.5, 9);
    write(drive, 0);
    clock.advance(1000);
    expect(bench.valves[1].state).toBe("closed");
  });

  test("sticks where it is told to until it is freed", () => {
    const { bench, pins, clock, write } = table();
    write(drive, 1);
    clock.advance(1500);
    bench.stick(1, 0.3);
    write(drive, 0);
    clock.advance(60_000);
    expect(bench.valves[1]).toEqual({ name: "valve 2", state: "closing", position: 0.3 });
    expect(pins.readLevel(sensor)).toBe(0);
    bench.free(1);
    clock.advance(600);
    expect(bench.valves[1].state).toBe("closed");
  });

  test("that sticks closed keeps its switch closed under power", () => {
    const { bench, pins, clock, write } = table();
    bench.stick(1, 0);
    write(drive, 1);
    clock.advance(5000);
    expect(bench.valves[1].position).toBe(0);
    expect(pins.readLevel(sensor)).toBe(1);
  });

  test("with a broken switch reads what the fault says", () => {
    const { bench, pins, clock, write } = table();
    bench.breakSwitch(1, 1);
    write(drive, 1);
    clock.advance(2000);
    expect(pins.readLevel(sensor)).toBe(1);
    bench.breakSwitch(1, undefined);
    expect(pins.readLevel(sensor)).toBe(0);
  });

  test("is anywhere between 0 and 1, whatever drives it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(0 as const, 1 as const), fc.nat(3000))), (moves) => {
        const { bench, pins, clock, write } = table();
        for (const [level, ms] of moves) {
          write(drive, level);
          clock.advance(ms);
          const { position, state } = bench.valves[1];
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(1);
          expect(pins.readLevel(sensor)).toBe(state === "closed" ? 1 : 0);
        }
        write(drive, 0);
        clock.advance(2000);
        expect(bench.valves[1].position).toBe(0);
      }),
    );
  });
});

describe("water", () => {
  test("flows while the pump runs and the valve is open", () => {
    const { bench, clock, events, write } = table();
    write(drive, 1);
    clock.advance(2000);
    expect(bench.totalLitres).toBe(0);
    write(pump, 1);
    clock.advance(60_000);
    write(pump, 0);
    clock.advance(60_000);
    expect(bench.litres(1)).toBeCloseTo(20, 9);
    expect(bench.litres(0)).toBe(0);
    expect(events.filter((event) => event.event === "pump").map((event) => event.state)).toEqual([
      "on",
      "off",
    ]);
  });

  test("flows half as fast on average while a valve closes", () => {
    const { bench, pins, clock, write } = table();
    write(drive, 1);
    clock.advance(1500);
    write(pump, 1);
    write(drive, 0);
    clock.advance(10_000);
    expect(bench.litres(1)).toBeCloseTo(((20 / 60) * 2) / 2, 9);
    pins.float();
    expect(bench.pumpRuns).toBe(false);
  });

  test("is counted alike however often one looks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (looks) => {
        const [seen, unseen] = [table(), table()];
        for (const it of [seen, unseen]) {
          it.write(pump, 1);
          it.write(drive, 1);
        }
        for (const ms of looks) {
          seen.clock.advance(ms);
          expect(seen.bench.totalLitres).toBeGreaterThanOrEqual(0);
        }
        unseen.clock.advance(looks.reduce((sum, ms) => sum + ms, 0));
        expect(seen.bench.totalLitres).toBeCloseTo(unseen.bench.totalLitres, 9);
      }),
    );
  });
});

test("button and rain put their levels on their pins", () => {
  const { bench, pins, clock } = table();
  expect([pins.level(23), pins.level(22)]).toEqual([1, 1]);
  expect(bench.press()).toBe(true);
  bench.rain(true);
  expect([pins.level(23), pins.level(22)]).toEqual([0, 0]);
  clock.advance(300);
  bench.rain(false);
  expect([pins.level(23), pins.level(22)]).toEqual([1, 1]);
});

test("closed, the bench leaves no timer behind", () => {
  const { bench, pins, clock, events, write } = table();
  write(drive, 1);
  bench.press();
  bench.close();
  clock.advance(5000);
  expect(events).toHaveLength(1);
  expect(pins.level(23)).toBe(0);
});

describe("a wiring file that cannot be used is refused with its entry", () => {
  const good = JSON.parse(JSON.stringify(wiring)) as Record<string, unknown>;
  test.each([
    ["no object", 5, "the file is no object"],
    ["no valves", {}, "valves is no list"],
    ["no times", { valves: [] }, "openMs is no duration"],
    ["a pin that is none", { ...good, pump: { drive: -1 } }, "pump.drive is no pin number"],
    ["a valve that is none", { ...good, valves: [7] }, "valves[0] is no object"],
    ["a level that is none", { ...good, rain: { sensor: 22, wet: 2 } }, "rain.wet is neither 0 nor 1"],
    ["a pin used twice", { ...good, pump: { drive: 25 } }, "pin 25 is used twice"],
  ])("%s", (_, value, text) => {
    const { pins, clock } = table();
    expect(() => new Bench(value, pins, clock, () => {})).toThrow(
      expect.objectContaining({ code: "BAD_WIRING", message: expect.stringContaining(text) }),
    );
  });
});
