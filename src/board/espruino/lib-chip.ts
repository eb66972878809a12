import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** The chip's own library (targets/esp32/jswrap_esp32.c). */
export function chipLibrary(machine: Machine, device: Device): Record<string, unknown> | undefined {
  if (device.board.chip === "linux") return undefined;
  const { realm } = machine;
  const state = { sdkVersion: "virtual", freeHeap: 20_000, BLE: false, Wifi: true };
  return realm.object({
    reboot: machine.api(() => machine.halt({ kind: "reboot" })),
    getState: machine.api(() => realm.object(state)),
  });
}
