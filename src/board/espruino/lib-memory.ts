import { randomBytes } from "node:crypto";
import { esp32ResetCause, resetRegister } from "../reset-reason.js";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** peek and poke. Little means something: the random numbers and an ESP32's reset cause. */
export function installMemory(machine: Machine, device: Device): void {
  const word = (address: unknown): number => {
    const at = Number(address) >>> 0;
    const { randomRegister } = device.espruino;
    if (randomRegister !== 0 && (at & ~3) >>> 0 === randomRegister) return randomBytes(4).readUInt32LE();
    const causes = resetRegister(device.board.chip);
    if (causes !== 0 && at === causes) return esp32ResetCause(device.resetReason);
    return 0;
  };
  const define = (bits: number, mask: number): void => {
    machine.realm.define(
      `peek${bits}`,
      machine.api((address: unknown, count?: unknown) => {
        const read = (index: number) => (word(Number(address) + (index * bits) / 8) & mask) >>> 0;
        if (count === undefined) return read(0);
        return machine.realm.array(Array.from({ length: Number(count) }, (_, index) => read(index)));
      }),
    );
    machine.realm.define(
      `poke${bits}`,
      machine.api(() => undefined),
    );
  };
  define(8, 0xff);
  define(16, 0xffff);
  define(32, 0xffffffff);
}
