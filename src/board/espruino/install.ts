import type { Device, Host } from "./device.js";
import { installJson } from "./json.js";
import { installLacking, lackingModules } from "./lacking.js";
import { cryptoLibrary } from "./lib-crypto.js";
import { dgramLibrary } from "./lib-dgram.js";
import { installE } from "./lib-e.js";
import { chipLibrary, wifiLibrary } from "./lib-esp32.js";
import { flashLibrary } from "./lib-flash.js";
import { httpLibrary } from "./lib-http.js";
import { installMemory } from "./lib-memory.js";
import { installModules, type NativeLibrary } from "./lib-modules.js";
import { netLibrary } from "./lib-net.js";
import { installPins } from "./lib-pins.js";
import { installPipe } from "./lib-pipe.js";
import { installProcess } from "./lib-process.js";
import { storageLibrary } from "./lib-storage.js";
import { installTimers, installWatchdog } from "./lib-timers.js";
import { installUrl } from "./lib-url.js";
import type { Machine } from "./machine.js";
import { installPromise } from "./promise.js";
import { binaryText } from "./values.js";

/** Puts Espruino's whole API, as far as it is modelled, into a fresh interpreter. */
export function installEspruino(machine: Machine, device: Device): void {
  const { board } = device;
  const { realm } = machine;
  const host: Host = { machine, realm, device };
  const natives = new Map<string, NativeLibrary>([
    ["Flash", () => flashLibrary(host)],
    ["net", () => netLibrary(host)],
    ["http", () => httpLibrary(host)],
    ["dgram", () => dgramLibrary(host)],
  ]);
  installPromise(machine);
  installJson(machine);
  installE(host);
  installPipe(host);
  installWatchdog(host);
  installTimers(host);
  installPins(host);
  installMemory(host);
  installUrl(machine);
  const storage = storageLibrary(host);
  natives.set("Storage", () => storage);
  if (device.espruino.hashes.length > 0) natives.set("crypto", () => cryptoLibrary(host));
  const wifi = board.chip === "linux" ? undefined : wifiLibrary(host);
  if (wifi) {
    const chip = chipLibrary(machine);
    natives.set("Wifi", () => wifi).set("ESP32", () => chip);
    realm.define("ESP32", chip);
  }
  const missing = lackingModules(board);
  installProcess(host, [...natives.keys(), ...missing].sort(byPlace));
  installModules(host, natives, missing);
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

/**
 * Starts what is in the flash, in Espruino's order (src/jsinteractive.c jsiSemiInit, src/jsflash.c
 * jsfLoadBootCodeFromFlash): a broken Storage is erased; .bootPowerOn after a chip reset; .boot0 to .boot3; then
 * .bootrst, or .bootcde where it is missing and this is no reset(); then E's "init" and the program's onInit. A file that throws does not
 * stop the next ones, and what they queue waits for the last.
 * @param file the argument of load(file): it runs instead of .bootrst and .bootcde
 */
export function bootFirmware(machine: Machine, device: Device, isReset: boolean, file?: string): void {
  const { storage } = device;
  machine.enter(() => {
    if (device.firstBoot && !storage.isValid()) {
      machine.print("Storage is corrupt.");
      storage.eraseAll();
    }
    const run = (name: string): boolean => {
      const code = machine.over ? undefined : storage.read(name);
      if (code) machine.runNow(() => machine.evaluate(binaryText(code), name));
      return code !== undefined;
    };
    if (device.firstBoot) run(".bootPowerOn");
    for (const name of [".boot0", ".boot1", ".boot2", ".boot3"]) run(name);
    if (!run(".bootrst") && !isReset && file === undefined) run(".bootcde");
    const { E, onInit } = machine.realm.global as { E: object; onInit?: unknown };
    machine.runNow(() => machine.emitters.now(E, "init"));
    if (typeof onInit === "function") machine.runNow(() => onInit());
    if (file !== undefined) run(file);
  });
}
