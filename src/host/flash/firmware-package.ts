import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import type { ArchiveFiles } from "./archive.js";
import { splitEsp32 } from "./merged-image.js";

/** What of Espruino goes onto a board. Absent: stays as it is there. */
export interface Firmware {
  readonly bootLoader: Uint8Array;
  /** For factory. */
  readonly app: Uint8Array;
  /** As the package's names say, e.g. "2v29". */
  readonly version?: string;
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
  if (more.length === 0) return withVersion(single(board, only[1]), only[0]);
  const wanted = appNames[board.espruino?.builds[0] ?? ""] ?? "";
  const found = [...files].filter(([path]) => nameOf(path) === wanted);
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

function single(board: Board, data: Uint8Array): Firmware {
  const split = splitEsp32(board, data);
  if (split !== undefined) return split;
  throw new SluiceError(
    "BAD_FIRMWARE_PACKAGE",
    "one .bin with the firmware alone does not start a new board: it has no boot loader",
  );
}

function withVersion(firmware: Firmware, path: string): Firmware {
  const found = /(\d+)v(\d+(?:\.\d+)?)/.exec(path)?.[0] ?? versionInside(firmware.app);
  return found === undefined ? firmware : { ...firmware, version: found };
}

/** Espruino keeps its version as text of its own: NUL, "2v29", NUL. */
function versionInside(app: Uint8Array): string | undefined {
  const text = Buffer.from(app).toString("latin1");
  return /\0(\dv\d{2}(?:\.\d{1,3})?)\0/.exec(text)?.[1];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function beside(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1) + name;
}
