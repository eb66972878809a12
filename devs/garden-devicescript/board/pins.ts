import "@devicescript/gpio";
import { GPIOMode, gpio, type IOPin } from "@devicescript/core";
import type { Wiring } from "../wiring.js";
import type { Hardware } from "./hardware.js";

/** An output is low from the first moment. */
function pinOf(number: number, mode: GPIOMode): IOPin {
  const pin = gpio(number);
  pin.setMode(mode);
  return pin;
}

/** Valves, pump and switches on the board's own pins. */
export function pinHardware(wiring: Wiring): Hardware {
  const pump = pinOf(wiring.pump, GPIOMode.OutputLow);
  const drives = [pump];
  const sensors = [pump];
  for (const valve of wiring.valves) {
    drives.push(pinOf(valve.drive, GPIOMode.OutputLow));
    sensors.push(pinOf(valve.sensor, GPIOMode.InputPullDown));
  }
  const rain = pinOf(wiring.rain, GPIOMode.InputPullUp);
  const button = pinOf(wiring.button, GPIOMode.InputPullUp);
  const nothing = async (): Promise<void> => {};
  return {
    drive: (index, on) => drives[index].write(on),
    reads: (index) => sensors[index].value === 1,
    raining: () => rain.value === 0,
    pressed: () => button.value === 0,
    read: nothing,
    write: nothing,
  };
}
