import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { typeName } from "./type-name.js";

/**
 * digitalPulse(pin, level, ms or a list of ms) (src/jswrap_io.c): the first edge at once, the others by a hardware timer;
 * a pulse that still runs on the pin is followed, not cut.
 */
export function pulses(
  machine: Machine,
  device: Device,
  find: (pin: unknown) => number | undefined,
): (pin: unknown, value: unknown, times: unknown) => void {
  const { realm } = machine;
  const { pins, clock } = device;
  /** When the last edge of a pin is due. */
  const ends = new Map<number, number>();
  const edge = (pin: number, at: number, level: boolean): void => {
    ends.set(pin, at);
    machine.cleanup(
      clock.after(at - clock.now(), () => {
        if (ends.get(pin) === at) ends.delete(pin);
        pins.write(pin, level ? 1 : 0);
      }),
    );
  };
  return (pin, value, times) => {
    const number = find(pin);
    if (number === undefined) throw realm.error("Error", "Invalid pin");
    let level = Boolean(value);
    let at = ends.get(number) ?? clock.now();
    if (!ends.has(number)) pins.write(number, level ? 1 : 0);
    if (typeof times !== "number" && !Array.isArray(times) && typeof times !== "string")
      throw realm.error("Error", `Expecting Number or Array, got ${typeName(times)}`);
    if (typeof times === "number" && !(times >= 0))
      throw realm.error("Error", "Pulse Time is less than 0 or not a number");
    for (const time of [times].flat().map(Number)) {
      if (time > 0) {
        at += time;
        edge(number, at, !level);
      }
      level = !level;
    }
  };
}
