import type { Level, PinMode } from "../pins.js";
import type { Device } from "./device.js";
import { installWatches } from "./lib-watch.js";
import type { Machine } from "./machine.js";

const modes: readonly string[] = [
  "analog",
  "input",
  "input_pullup",
  "input_pulldown",
  "output",
  "opendrain",
  "opendrain_pullup",
  "af_output",
  "af_opendrain",
];

/** Pins: Pin and D0.., pinMode, digitalWrite, digitalRead, analogRead, setWatch (src/jswrap_io.c, jswrap_pin.c). */
export function installIo(machine: Machine, device: Device): void {
  const { realm } = machine;
  const { pins } = device;
  const pinClass = realm.evaluate(
    "(function Pin(value) { this.number = typeof value === 'string' ? +value.slice(1) : +value; })",
    "Pin",
  ) as { new (value: unknown): object; prototype: Record<string, unknown> };

  /** Pins are objects here and numbers on the board; both may be given. */
  const numberOf = (pin: unknown): number => {
    const value = typeof pin === "object" && pin !== null && "number" in pin ? pin.number : pin;
    const number = typeof value === "string" ? Number(value.slice(1)) : Number(value);
    if (!Number.isInteger(number) || number < 0 || number >= pins.count)
      throw realm.error("Error", "Invalid pin");
    return number;
  };
  const setMode = (pin: unknown, mode: unknown, automatic: unknown): void => {
    if (mode !== undefined && mode !== "auto" && !modes.includes(String(mode)))
      throw realm.error("Error", "Unknown pin mode");
    const wanted = mode === undefined || mode === "auto" ? undefined : (mode as PinMode);
    pins.setMode(numberOf(pin), wanted, Boolean(automatic));
  };
  const write = (pin: unknown, value: unknown): void => {
    if (!Array.isArray(pin)) {
      pins.write(numberOf(pin), value ? 1 : 0);
      return;
    }
    // the last pin takes the lowest bit; `true` means all
    let bits = typeof value === "boolean" ? (value ? -1 : 0) : Number(value) | 0;
    for (const one of [...pin].reverse()) {
      pins.write(numberOf(one), (bits & 1) as Level);
      bits >>= 1;
    }
  };
  const read = (pin: unknown): number =>
    Array.isArray(pin)
      ? pin.reduce<number>((value, one) => (value << 1) | pins.readLevel(numberOf(one)), 0)
      : pins.readLevel(numberOf(pin));

  realm.define("pinMode", machine.api(setMode));
  realm.define("digitalWrite", machine.api(write));
  realm.define("digitalRead", machine.api(read));
  realm.define(
    "analogRead",
    machine.api((pin: unknown) => pins.analog(numberOf(pin))),
  );
  realm.define(
    "analogWrite",
    machine.api((pin: unknown, value: unknown) => pins.write(numberOf(pin), Number(value) >= 0.5 ? 1 : 0)),
  );
  realm.define(
    "getPinMode",
    machine.api((pin: unknown) => pins.mode(numberOf(pin)) ?? "input"),
  );
  const method = (name: string, call: (pin: unknown, ...args: unknown[]) => unknown): void => {
    const wrapped = machine.api(function (this: unknown, ...args: unknown[]) {
      return call(this, ...args);
    });
    Object.defineProperty(pinClass.prototype, name, { value: wrapped, writable: true, enumerable: false });
  };
  method("write", write);
  method("set", (pin) => write(pin, 1));
  method("reset", (pin) => write(pin, 0));
  method("read", (pin) => read(pin) === 1);
  method("mode", setMode);
  method("getMode", (pin) => pins.mode(numberOf(pin)) ?? "input");
  method("toggle", (pin) => write(pin, read(pin) === 1 ? 0 : 1));
  method("valueOf", numberOf);
  method("toString", (pin) => `D${numberOf(pin)}`);
  method("toJSON", (pin) => `D${numberOf(pin)}`);
  realm.define("Pin", pinClass);
  for (let pin = 0; pin < pins.count; pin++) realm.define(`D${pin}`, new pinClass(pin));
  realm.define("HIGH", 1);
  realm.define("LOW", 0);
  installWatches(machine, device, numberOf);
}
