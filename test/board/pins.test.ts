import { expect, test } from "vitest";
import { type Level, Pins } from "../../src/board/pins.js";

test("a pin floats until something drives it, from inside or outside", () => {
  const pins = new Pins(4);
  expect(pins.level(1)).toBeUndefined();
  pins.drive(1, 1);
  expect(pins.level(1)).toBe(1);
  pins.write(1, 0);
  expect([pins.level(1), pins.mode(1)]).toEqual([0, "output"]);
});

test("writing leaves the mode alone once pinMode has spoken", () => {
  const pins = new Pins(4);
  pins.setMode(2, "input_pullup");
  pins.write(2, 0);
  expect([pins.mode(2), pins.level(2), pins.driven(2)]).toEqual(["input_pullup", 1, undefined]);
  pins.setMode(2, undefined);
  pins.write(2, 0);
  expect([pins.mode(2), pins.level(2)]).toEqual(["output", 0]);
});

test("pulls hold what nobody drives; open drain drives low only", () => {
  const pins = new Pins(4);
  pins.setMode(0, "input_pulldown");
  expect(pins.readLevel(0)).toBe(0);
  pins.setMode(0, "opendrain_pullup");
  pins.write(0, 1);
  expect([pins.level(0), pins.driven(0)]).toEqual([1, undefined]);
  pins.write(0, 0);
  expect(pins.driven(0)).toBe(0);
});

test("losing the power lets go of every pin, and tells, even where the level stays", () => {
  const pins = new Pins(4);
  const told: [number, Level | undefined][] = [];
  pins.write(3, 1);
  pins.write(1, 1);
  pins.drive(1, 1); // the world holds it high as well
  pins.listen((pin, level) => told.push([pin, level]));
  pins.float();
  expect(told).toEqual([
    [1, 1],
    [3, undefined],
  ]);
  expect([pins.driven(1), pins.driven(3), pins.mode(3)]).toEqual([undefined, undefined, undefined]);
});

test("a listener that has ended hears nothing more", () => {
  const pins = new Pins(2);
  let heard = 0;
  const stop = pins.listen(() => heard++);
  pins.write(0, 1);
  stop();
  pins.write(0, 0);
  expect(heard).toBe(1);
  expect(() => pins.write(2, 1)).toThrow(RangeError);
});
