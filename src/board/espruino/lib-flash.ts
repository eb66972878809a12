import {
  PartitionType,
  partitionTableLength,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import { boardPartitions } from "../../image/partition-tables.js";
import { programAligned } from "../storage.js";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { toBytes, typeName } from "./values.js";

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

/**
 * Espruino checks nothing; ESP-IDF does (CONFIG_SPI_FLASH_DANGEROUS_WRITE_ABORTS in every sdkconfig of Espruino): a
 * write that is not `esp_partition_main_flash_region_safe` calls abort(), which restarts the chip. Unsafe are boot loader
 * and table, up to and with the table's end, and whatever touches the partition that runs.
 */
export function esp32Bus(machine: Machine, device: Device): FlashBus {
  const { flash, board } = device;
  const running = boardPartitions(board).find(
    ({ type, offset }) => type === PartitionType.App && offset === device.runningOffset,
  );
  const guard = (address: number, length: number): void => {
    const inTable = address <= partitionTableOffset + partitionTableLength;
    const inApp =
      running !== undefined && address < running.offset + running.size && address + length > running.offset;
    if (!inTable && !inApp) return;
    const what = inTable ? "boot loader and partition table" : `the running app in ${running?.name}`;
    machine.halt({ kind: "abort", text: `write of ${length} bytes at 0x${address.toString(16)}: ${what}` });
  };
  return {
    read: (address, length) => flash.read(address, length),
    program: (address, data) => {
      guard(address, data.length);
      flash.program(address, data);
    },
    erase: (address) => {
      guard(address - (address % flash.blockLength), flash.blockLength);
      flash.eraseBlockAt(address);
    },
  };
}
