import { programAligned } from "../storage.js";
import { toBytes } from "./bytes.js";
import type { Device } from "./device.js";
import { flashBus } from "./flash-bus.js";
import type { Machine } from "./machine.js";
import { typeName } from "./type-name.js";

/** require("Flash") (src/jswrap_flash.c): raw, at absolute addresses, as far as port and SDK let them through. */
export function flashLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  const { flash, storage } = device;
  const bus = flashBus(machine, device);
  return realm.object({
    getPage: machine.api((address: unknown) => {
      const at = Number(address);
      const start = storage.walk.pageStart(at);
      return start === undefined ? undefined : realm.object({ addr: start, length: flash.blockLength });
    }),
    getFree: machine.api(() =>
      realm.array([
        realm.object({ addr: storage.walk.start, length: storage.walk.end - storage.walk.start }),
      ]),
    ),
    erasePage: machine.api((address: unknown) => {
      // the engine knows integers from floats; what JavaScript cannot tell apart passes here
      if (!Number.isInteger(address))
        throw realm.error("Error", `Address should be an integer, got ${typeName(address)}`);
      bus.erase(Number(address));
    }),
    write: machine.api((data: unknown, address: unknown) => {
      if (data === undefined) throw realm.error("Error", "Data is not defined");
      programAligned(bus, Number(address), toBytes(data));
    }),
    read: machine.api((length: unknown, address: unknown) =>
      Number(length) <= 0 ? undefined : realm.bytes(bus.read(Number(address), Number(length))),
    ),
  });
}
