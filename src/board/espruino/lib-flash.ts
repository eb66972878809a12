import {
  PartitionType,
  partitionTableLength,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import { boardPartitions } from "../../image/partition-tables.js";
import { programAligned } from "../storage.js";
import type { Host } from "./device.js";
import { toBytes, typeName } from "./values.js";

/** require("Flash") (src/jswrap_flash.c): raw, at absolute addresses, as far as port and SDK let them through. */
export function flashLibrary(host: Host): unknown {
  const { machine, realm } = host;
  const { flash, storage } = host.device;
  const guard = writeGuard(host);
  const guarded = {
    read: (address: number, length: number) => flash.read(address, length),
    program: (address: number, data: Uint8Array) => {
      guard(address, data.length);
      flash.program(address, data);
    },
  };
  return machine.object({
    getPage: (address: unknown) => {
      const start = storage.pageStart(Number(address));
      return start === undefined ? undefined : realm.object({ addr: start, length: flash.blockLength });
    },
    getFree: () => realm.array([realm.object({ addr: storage.start, length: storage.end - storage.start })]),
    erasePage: (address: unknown) => {
      // the engine distinguishes integers from floats; what looks the same to JavaScript passes here
      if (!Number.isInteger(address))
        throw realm.error("Error", `Address should be an integer, got ${typeName(address)}`);
      const at = Number(address);
      guard(at - (at % flash.blockLength), flash.blockLength);
      flash.eraseBlockAt(at);
    },
    write: (data: unknown, address: unknown) => {
      if (data === undefined) throw realm.error("Error", "Data is not defined");
      programAligned(guarded, Number(address), toBytes(data));
    },
    read: (length: unknown, address: unknown) =>
      Number(length) <= 0 ? undefined : realm.bytes(flash.read(Number(address), Number(length))),
  });
}

/**
 * What checks a write before it reaches the chip. Espruino checks nothing; ESP-IDF does
 * (CONFIG_SPI_FLASH_DANGEROUS_WRITE_ABORTS in every sdkconfig of Espruino): a write that is not
 * `esp_partition_main_flash_region_safe` calls abort(), which restarts the chip. Unsafe are boot loader and table, up to
 * and with the table's end, and whatever touches the partition that runs.
 */
function writeGuard({ machine, device }: Host): (address: number, length: number) => void {
  const { board } = device;
  if (board.chip === "linux") return () => undefined;
  const running = boardPartitions(board).find(
    ({ type, offset }) => type === PartitionType.App && offset === device.runningOffset,
  );
  return (address, length) => {
    const inTable = address <= partitionTableOffset + partitionTableLength;
    const inApp =
      running !== undefined && address < running.offset + running.size && address + length > running.offset;
    if (!inTable && !inApp) return;
    const what = inTable ? "boot loader and partition table" : `the running app in ${running?.name}`;
    machine.halt({ kind: "abort", text: `write of ${length} bytes at 0x${address.toString(16)}: ${what}` });
  };
}
