import { posix } from "node:path";
import type { Board } from "../../../boards/index.js";
import { partitionTableLength, partitionTableOffset } from "../../core/flash/partition-table.js";
import { engineTooOld, isEngineVersion, oldestEngine } from "../../core/version.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { appPartitions } from "../../image/board-target.js";
import type { ArchiveFiles } from "./fetch-firmware.js";

/** The parts of Espruino for a board. Absent: stays as it is there. */
export interface Firmware {
  readonly bootLoader: Uint8Array;
  /** For factory. */
  readonly app: Uint8Array;
  /** As in the package's names, e.g. "2v29". */
  readonly version?: string | undefined;
}

/** Names in Espruino's packages (make/targets/ESP32.make, ESP32_IDF5.make), by process.env.BOARD. */
const appNames: Readonly<Record<string, string>> = {
  ESP32: "espruino_esp32.bin",
  ESP32_IDF5: "espruino-esp32.bin",
  ESP32C3_IDF5: "espruino-esp32c3.bin",
  ESP32S3_IDF5: "espruino-esp32s3.bin",
};

const bootName = "bootloader.bin";

/**
 * Boot loader and firmware out of a package's files. A release holds a folder for each board; the right one is found by
 * the name of its firmware.
 * @throws SluiceError BAD_FIRMWARE_PACKAGE
 */
export function findFirmware(board: Board, files: ArchiveFiles): Firmware {
  const [only, ...more] = [...files];
  if (only === undefined) throw new SluiceError("BAD_FIRMWARE_PACKAGE", "the package is empty");
  if (more.length === 0) {
    const split = splitMerged(board, only[1]);
    if (split !== undefined) return withVersion(split, only[0]);
    throw new SluiceError(
      "BAD_FIRMWARE_PACKAGE",
      "one .bin with the firmware alone does not start a new board: it has no boot loader",
    );
  }
  const wanted = appNames[board.espruino?.builds[0] ?? ""] ?? "";
  const found = [...files].filter(([path]) => posix.basename(path) === wanted);
  const complete = found.find(([path]) => files.has(beside(path, bootName)));
  if (complete === undefined) {
    const missing = found.length === 0 ? wanted : bootName;
    const there = [...files.keys()].filter((path) => path.endsWith(".bin")).slice(0, 12);
    throw new SluiceError(
      "BAD_FIRMWARE_PACKAGE",
      `no ${missing} for ${board.id} in it; it has ${there.join(", ")}`,
    );
  }
  const [path, app] = complete;
  const bootLoader = files.get(beside(path, bootName)) ?? new Uint8Array(0);
  return withVersion({ bootLoader, app }, path);
}

/** From the path; else from the firmware, where Espruino keeps it as text of its own: NUL, "2v29", NUL. */
function withVersion(firmware: Firmware, path: string): Firmware {
  const text = Buffer.from(firmware.app).toString("latin1");
  const version = /(\d+)v(\d+(?:\.\d+)?)/.exec(path)?.[0] ?? /\0(\dv\d{2}(?:\.\d{1,3})?)\0/.exec(text)?.[1];
  return { ...firmware, version };
}

function beside(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1) + name;
}

/**
 * An image of the first megabytes of flash, taken apart. It may begin at address 0, or, for chips whose boot loader
 * lies higher, at the boot loader (as `esptool merge_bin` leaves it).
 * @returns undefined when it is no such image
 */
function splitMerged(board: Board, data: Uint8Array): Firmware | undefined {
  if (board.layout.kind !== "esp32") return undefined;
  const { bootLoader } = board.layout;
  for (const base of [0, bootLoader]) {
    const table = partitionTableOffset - base;
    if (data[table] !== 0xaa || data[table + 1] !== 0x50 || data[bootLoader - base] !== 0xe9) continue;
    const factory = appPartitions(board)[0];
    const behind = partitionTableOffset + partitionTableLength;
    const start = Math.max(factory?.offset ?? behind, behind) - base;
    if (data[start] !== 0xe9) return undefined;
    // Not cut to the slot, so that what is too large is refused.
    return { bootLoader: image(data.subarray(bootLoader - base, table)), app: image(data.subarray(start)) };
  }
  return undefined;
}

/**
 * An ESP32 image out of its slot: header of 24 bytes, segments, the 16 bytes that end in the checksum, and the hash where
 * the header promises one. Inconsistencies are refused later.
 */
function image(slot: Uint8Array): Uint8Array {
  const view = Buffer.from(slot.buffer, slot.byteOffset, slot.length);
  let at = 24;
  for (let left = slot[1] ?? 0; left > 0 && at + 8 <= slot.length; left--)
    at += 8 + view.readUInt32LE(at + 4);
  const end = Math.min(at - (at % 16) + 16, slot.length);
  return slot.subarray(0, end + (slot[23] === 1 ? 32 : 0));
}

/**
 * @param version e.g. "2v29" or "2v29.277"; undefined: not in the package
 * @returns what the user should know
 * @throws SluiceError ESPRUINO_TOO_OLD
 */
export function judgeEngineVersion(version: string | undefined): string[] {
  if (version === undefined || !isEngineVersion(version))
    return [`The package does not say which Espruino it is; ${oldestEngine} or newer is needed.`];
  if (engineTooOld(version))
    throw new SluiceError(
      "ESPRUINO_TOO_OLD",
      `This is Espruino ${version}; ${oldestEngine} or newer is needed.`,
    );
  return [];
}
