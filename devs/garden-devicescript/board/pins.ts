import "@devicescript/gpio";
import { GPIOMode, gpio, type IOPin } from "@devicescript/core";
import type { ValvePort } from "../../garden/lib/valve.js";
import type { PumpPort } from "../../garden/lib/waterworks.js";
import type { Wiring } from "../wiring.js";
import type { Hardware } from "./hardware.js";

/** A pin that drives something, low from the first moment. */
function outputPin(number: number): IOPin {
  const pin = gpio(number);
  pin.setMode(GPIOMode.OutputLow);
  return pin;
}

function inputPin(number: number, mode: GPIOMode): IOPin {
  const pin = gpio(number);
  pin.setMode(mode);
  return pin;
}

function valvePort(drive: number, sensor: number): ValvePort {
  const motor = outputPin(drive);
  const closed = inputPin(sensor, GPIOMode.InputPullDown);
  return {
    drive: (open) => motor.write(open),
    readsClosed: () => closed.value === 1,
  };
}

function pumpPort(drive: number): PumpPort {
  const motor = outputPin(drive);
  return {
    drive: (on) => motor.write(on),
    runs: () => motor.value !== 0,
  };
}

/** Valves, pump and switches on the board's own pins. */
export function pinHardware(wiring: Wiring): Hardware {
  const pump = pumpPort(wiring.pump);
  const valves: ValvePort[] = [];
  for (const valve of wiring.valves) valves.push(valvePort(valve.drive, valve.sensor));
  const rain = inputPin(wiring.rain, GPIOMode.InputPullUp);
  const button = inputPin(wiring.button, GPIOMode.InputPullUp);
  const nothing = async (): Promise<void> => {};
  return {
    valves: valves,
    pump: pump,
    raining: () => rain.value === 0,
    pressed: () => button.value === 0,
    read: nothing,
    write: nothing,
  };
}
