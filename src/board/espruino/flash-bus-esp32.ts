import {
  PartitionType,
  partitionTableLength,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import { boardPartitions } from "../../image/partition-tables.js";
import type { Device } from "./device.js";
import type { FlashBus } from "./flash-bus.js";
import type { Machine } from "./machine.js";

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
