import type { Device } from "./device.js";
import { installLacking, lackingModules } from "./lacking.js";
import { chipLibrary } from "./lib-chip.js";
import { cryptoLibrary } from "./lib-crypto.js";
import { dgramLibrary } from "./lib-dgram.js";
import { installE } from "./lib-e.js";
import { flashLibrary } from "./lib-flash.js";
import { httpLibrary } from "./lib-http.js";
import { installIo } from "./lib-io.js";
import { installJson } from "./lib-json.js";
import { installMemory } from "./lib-memory.js";
import { installModules, type NativeLibrary } from "./lib-modules.js";
import { netLibrary } from "./lib-net.js";
import { installPipe } from "./lib-pipe.js";
import { installProcess } from "./lib-process.js";
import { storageLibrary } from "./lib-storage.js";
import { installTimers } from "./lib-timers.js";
import { installUrl } from "./lib-url.js";
import { installWatchdog } from "./lib-watchdog.js";
import { installWifi } from "./lib-wifi.js";
import type { Machine } from "./machine.js";
import { installPromise } from "./promise.js";

/** Puts Espruino's whole API, as far as it is modelled, into a fresh interpreter. */
export function installEspruino(machine: Machine, device: Device): void {
  const { board } = device;
  const natives = new Map<string, NativeLibrary>([
    ["Flash", () => flashLibrary(machine, device)],
    ["net", () => netLibrary(machine, device)],
    ["http", () => httpLibrary(machine, device)],
    ["dgram", () => dgramLibrary(machine, device)],
  ]);
  installPromise(machine);
  installJson(machine);
  installE(machine, device);
  installPipe(machine, device);
  installWatchdog(machine, device);
  installTimers(machine, device);
  installIo(machine, device);
  installMemory(machine, device);
  installUrl(machine);
  const storage = storageLibrary(machine, device);
  natives.set("Storage", () => storage);
  if (device.espruino.hashes.length > 0) natives.set("crypto", () => cryptoLibrary(machine, device));
  const wifi = board.chip === "linux" ? undefined : installWifi(machine, device);
  if (wifi) natives.set("Wifi", () => wifi);
  const chip = chipLibrary(machine, device);
  if (chip) {
    natives.set("ESP32", () => chip);
    machine.realm.define("ESP32", chip);
  }
  const missing = lackingModules(board);
  installProcess(machine, device, [...natives.keys(), ...missing].sort(byPlace));
  installModules(machine, device, natives, missing);
  installLacking(machine, board, wifi);
}

/** The engine's order in process.env.MODULES. */
const places =
  "timer Flash Storage heatshrink fs net dgram tls http NetworkJS TelnetServer Wifi ESP32 neopixel crypto tensorflow".split(
    " ",
  );

function byPlace(one: string, other: string): number {
  return places.indexOf(one) - places.indexOf(other);
}
