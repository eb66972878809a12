import { binaryText } from "./espruino/bytes.js";
import type { Device } from "./espruino/device.js";
import type { Machine } from "./espruino/machine.js";

/**
 * Starts what is in the flash, in Espruino's order (src/jsinteractive.c jsiSemiInit, src/jsflash.c
 * jsfLoadBootCodeFromFlash): a broken Storage is erased; .bootPowerOn after a chip reset; .boot0 to .boot3; then
 * .bootrst, or .bootcde where it is missing and this is no reset(); then E's "init" and the program's onInit. A file that throws does not
 * stop the next ones, and what they queue waits for the last.
 * @param file what load(file) asked for: it runs instead of .bootrst and .bootcde
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
