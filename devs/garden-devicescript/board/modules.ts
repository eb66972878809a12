import type { ValvePort } from "../../garden/lib/valve.js";
import type { Hardware } from "./hardware.js";
import { ModuleRelay, ModuleSwitch } from "./module-relay.js";

/**
 * Valves, pump and switches on Jacdac modules. Roles: relays `pump`, `valve1`, …; switches `closed1`, … (on: the valve
 * is closed), `rain` (on: wet) and `button`. Modules answer, pins do not: what a relay did is what it says it did.
 */
export function moduleHardware(valveCount: number): Hardware {
  const relays = [new ModuleRelay("pump")];
  const switches: ModuleSwitch[] = [];
  const valves: ValvePort[] = [];
  for (let i = 1; i <= valveCount; i++) {
    const motor = new ModuleRelay(`valve${i}`);
    const closed = new ModuleSwitch(`closed${i}`);
    relays.push(motor);
    switches.push(closed);
    valves.push(valvePort(motor, closed));
  }
  const rain = new ModuleSwitch("rain");
  const button = new ModuleSwitch("button");
  switches.push(rain);
  switches.push(button);
  return {
    valves: valves,
    pump: { drive: (on) => relays[0].want(on), runs: () => !relays[0].isOff() },
    raining: () => rain.isOn(),
    pressed: () => button.isOn(),
    read: async () => {
      for (const one of switches) await one.read();
      for (const one of relays) await one.read();
    },
    write: async () => {
      for (const one of relays) await one.write();
    },
  };
}

/** A valve counts as closed when its switch says so and its motor has no power. */
function valvePort(motor: ModuleRelay, closed: ModuleSwitch): ValvePort {
  return {
    drive: (open) => motor.want(open),
    readsClosed: () => closed.isOn(),
  };
}
