import type { Board } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0;

/** ESP32-S3-DevKitC with 8 MB, Espruino's stock table, which ends at 4 MB. */
export const esp32s3Devkit: Board = {
  id: "esp32s3-devkit",
  title: "ESP32-S3-DevKitC (8 MB)",
  chip: "esp32s3",
  flashSize: 0x800000,
  blockLength: 4096,
  otaPort: 3232,
  layout: oneSlot(bootLoader, "flash it as esp32s3-ota by cable once"),
  espruino: {
    ...espruinoOnEsp32,
    builds: ["ESP32S3_IDF5", "ESP32S3_IDF4"],
    // As measured for Espruino's pull request 2747.
    firmwareSize: 1_558_016,
    randomRegister: 0x6003507c,
    // esp32s3.rom.ld
    romMd5: { init: 0x40001c5c, update: 0x40001c68, final: 0x40001c74 },
    // The limit in boards/ESP32S3_IDF5.py; not measured.
    variables: 4095,
  },
};

/**
 * The same board after our table was flashed by cable. Espruino reads, writes and erases beyond 4 MB; only
 * `Flash.getPage`, which nothing of ours calls, knows no page there (targets/esp32/jshardware.c).
 */
export const esp32s3Ota: Board = {
  ...esp32s3Devkit,
  id: "esp32s3-ota",
  title: "ESP32-S3-DevKitC with Sluice's table",
  layout: twoSlots("sluice-8mb", bootLoader),
};
