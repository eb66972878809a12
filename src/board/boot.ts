import { binaryText } from "./espruino/bytes.js";
import type { Device } from "./espruino/device.js";
import type { Machine } from "./espruino/machine.js";

/**
 * Starts what is in the flash, in Espruino's order (src/jsinteractive.c jsiSemiInit, src/jsflash.c
 * jsfLoadBootCodeFromFlash): a broken Storage is erased; .bootPowerOn after a chip reset; .boot0 to .boot3; then
 * .bootrst, or .bootcde where it is missing and this is no reset(); then E's "init". A file that throws does not
 * stop the next ones.
 * @param file what load(file) asked for: it runs instead of .bootrst and .bootcde
 */
export function bootFirmware(machine: Machine, device: Device, isReset: boolean, file?: string): void {
  const { storage } = device;
  machine.enter(() => {
    if (!device.firstBoot || storage.isValid()) return;
    machine.print("Storage is corrupt.");
    storage.eraseAll();
  });
  const run = (name: string): boolean => {
    const code = machine.over ? undefined : storage.read(name);
    if (code) machine.run(binaryText(code), name);
    return code !== undefined;
  };
  if (device.firstBoot) run(".bootPowerOn");
  for (const name of [".boot0", ".boot1", ".boot2", ".boot3"]) run(name);
  if (!run(".bootrst") && !isReset && file === undefined) run(".bootcde");
  const { E } = machine.realm.global as { E: object };
  machine.enter(() => machine.emitters.now(E, "init"));
  if (file !== undefined) run(file);
}
