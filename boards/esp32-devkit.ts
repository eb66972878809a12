import type { Board } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0x1000;
/** esp32.rom.api.ld of the vendor's SDK. */
const romMd5 = { init: 0x4005da7c, update: 0x4005da9c, final: 0x4005db1c };

/** ESP32-DevKitC and its many cousins, Espruino's stock build and partition table (IDF 3.3.6, Storage 896 KB). */
export const esp32Devkit: Board = {
  id: "esp32-devkit",
  title: "ESP32-DevKitC (4 MB)",
  chip: "esp32",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 3232,
  layout: twoSlots("espruino-esp32", bootLoader),
  espruino: {
    ...espruinoOnEsp32,
    boardName: "ESP32",
    randomRegister: 0x3ff75144,
    romMd5,
    variables: 3400,
  },
};

/** The same board with Espruino's IDF 4 build and its table of one slot. */
export const esp32Idf4: Board = {
  ...esp32Devkit,
  id: "esp32-idf4",
  title: "ESP32-DevKitC with Espruino's IDF 4 build",
  layout: oneSlot(bootLoader),
  espruino: {
    ...espruinoOnEsp32,
    boardName: "ESP32_IDF4",
    romMd5,
    randomRegister: 0x3ff75144,
    variables: 3400,
  },
};

/** The IDF 4 build on our table. */
export const esp32Idf4Ota: Board = {
  ...esp32Idf4,
  id: "esp32-idf4-ota",
  title: "ESP32-DevKitC with Espruino's IDF 4 build and Sluice's table",
  layout: twoSlots("sluice-4mb", bootLoader),
};
