import type { Device } from "./device.js";
import { esp32Bus } from "./flash-bus-esp32.js";
import type { Machine } from "./machine.js";

/** How JavaScript reaches the flash chip: what Espruino's port and the vendor's SDK make of an address. */
export interface FlashBus {
  readonly read: (address: number, length: number) => Uint8Array;
  /** Whole words, as the drivers demand. */
  readonly program: (address: number, data: Uint8Array) => void;
  readonly erase: (address: number) => void;
}

export function flashBus(machine: Machine, device: Device): FlashBus {
  return device.board.chip === "linux" ? plainBus(device) : esp32Bus(machine, device);
}

/** Every address means what it says. */
function plainBus({ flash }: Device): FlashBus {
  return {
    read: (address, length) => flash.read(address, length),
    program: (address, data) => flash.program(address, data),
    erase: (address) => flash.eraseBlockAt(address),
  };
}
