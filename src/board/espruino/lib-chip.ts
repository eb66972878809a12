import { esp8266ResetWords } from "../reset-reason.js";
import { toBytes } from "./bytes.js";
import { crc32 } from "./crc32.js";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** The chip's own library: ESP8266 (targets/esp8266/jswrap_esp8266.c) or ESP32 (targets/esp32/jswrap_esp32.c). */
export function chipLibrary(machine: Machine, device: Device): Record<string, unknown> | undefined {
  const { realm } = machine;
  const reboot = machine.api(() => machine.halt({ kind: "reboot" }));
  const state = (more: Record<string, unknown>) =>
    machine.api(() => realm.object({ sdkVersion: "virtual", freeHeap: 20_000, ...more }));
  switch (device.board.chip) {
    case "esp8266":
      return realm.object({
        reboot,
        getState: state({ cpuFrequency: 160, maxCon: 10, flashMap: "4MB:512/512", flashKB: 4096 }),
        crc32: machine.api((data: unknown) => crc32(toBytes(data))),
        getResetInfo: machine.api(() =>
          realm.object({
            reason: esp8266ResetWords(device.resetReason),
            exccause: 0,
            epc1: 0,
            epc2: 0,
            epc3: 0,
            excvaddr: 0,
            depc: 0,
          }),
        ),
      });
    case "linux":
      return undefined;
    default:
      return realm.object({ reboot, getState: state({ BLE: false, Wifi: true }) });
  }
}
