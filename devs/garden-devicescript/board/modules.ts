import type { Hardware } from "./hardware.js";
import { ModuleRelay, ModuleSwitch } from "./module-relay.js";

/**
 * Valves, pump and switches on Jacdac modules. Roles: relays `pump`, `valve1`, …; switches `closed1`, … (on: the valve
 * is closed), `rain` (on: wet) and `button`. Modules answer, pins do not: what a relay did is what it reports.
 */
export function moduleHardware(valveCount: number): Hardware {
  const relays = [new ModuleRelay("pump")];
  const closed: ModuleSwitch[] = [];
  for (let i = 1; i <= valveCount; i++) {
    relays.push(new ModuleRelay(`valve${i}`));
    closed.push(new ModuleSwitch(`closed${i}`));
  }
  const rain = new ModuleSwitch("rain");
  const button = new ModuleSwitch("button");
  return {
    drive: (index, on) => relays[index].want(on),
    reads: (index) => (index === 0 ? !relays[0].isOff() : closed[index - 1].isOn()),
    raining: () => rain.isOn(),
    pressed: () => button.isOn(),
    read: async () => {
      for (const one of closed) await one.read();
      await rain.read();
      await button.read();
      for (const one of relays) await one.read();
    },
    write: async () => {
      for (const one of relays) await one.write();
    },
  };
}
