import type { BenchClock, BenchPins } from "./bench.js";
import type { BoardClock } from "./clock.js";
import type { Pins } from "./pins.js";

/** The bench's view of the virtual board's pins: what the program drives, not what a voltmeter shows. */
export function benchPinsOf(pins: Pins): BenchPins {
  return {
    onChange: (listener) => {
      pins.listen((pin) => listener(pin, pins.driven(pin)));
    },
    setInput: (pin, level) => pins.drive(pin, level),
  };
}

/** The world around the board ages as fast as the board. */
export function benchClockOf(clock: BoardClock): BenchClock {
  return { now: () => clock.now(), schedule: (ms, action) => clock.after(ms, action) };
}
