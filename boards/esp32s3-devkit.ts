import type { Board } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0;

/**
 * ESP32-S3-DevKitC with 8 MB, Espruino's stock table. Espruino reaches the first 4 MB only, so the tables end there.
 * `variables` is the build's limit, not a measurement.
 */
export const esp32s3Devkit: Board = {
  id: "esp32s3-devkit",
  title: "ESP32-S3-DevKitC (8 MB)",
  chip: "esp32s3",
  flashSize: 0x800000,
  blockLength: 4096,
  otaPort: 3232,
  layout: oneSlot(bootLoader),
  espruino: {
    ...espruinoOnEsp32,
    boardName: "ESP32S3_IDF4",
    randomRegister: 0x6003507c,
    // esp32s3.rom.ld
    romMd5: { init: 0x40001c5c, update: 0x40001c68, final: 0x40001c74 },
    variables: 16383,
  },
};

/** The same board after our table was flashed by cable. */
export const esp32s3Ota: Board = {
  ...esp32s3Devkit,
  id: "esp32s3-ota",
  title: "ESP32-S3-DevKitC with Sluice's table",
  layout: twoSlots("sluice-4mb", bootLoader),
};
