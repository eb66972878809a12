import type { Board, EspruinoPort } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0x1000;

const port: EspruinoPort = {
  ...espruinoOnEsp32,
  // There is memory for it.
  batch: 4096,
  builds: ["ESP32"],
  // 2v29.396, the largest of those whose size is known.
  firmwareSize: 1_523_376,
  randomRegister: 0x3ff75144,
  // esp32.rom.api.ld of the vendor's SDK
  romMd5: { init: 0x4005da7c, update: 0x4005da9c, final: 0x4005db1c },
  // Read in 2v27.45, emulated, with Bluetooth off.
  variables: 5886,
};

/** ESP32-DevKitC and its many cousins, Espruino's stock build and partition table (IDF 3.3.6, Storage 896 KB). */
export const esp32Devkit: Board = {
  id: "esp32-devkit",
  title: "ESP32-DevKitC (4 MB)",
  chip: "esp32",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 3232,
  layout: twoSlots("espruino-esp32", bootLoader),
  espruino: port,
};

/** The same board with Espruino's IDF 5.5 build and its table of one slot. */
export const esp32Idf5: Board = {
  ...esp32Devkit,
  id: "esp32-idf5",
  title: "ESP32-DevKitC with Espruino's IDF 5.5 build",
  layout: oneSlot(bootLoader, "flash it as esp32-idf5-ota by cable once"),
  espruino: {
    ...port,
    builds: ["ESP32_IDF5"],
    // Size and variables (Bluetooth on) as measured for Espruino's pull request 2747; libraries of boards/ESP32_IDF5.py.
    firmwareSize: 1_501_696,
    variables: 2771,
    batch: espruinoOnEsp32.batch,
    hashes: ["sha1", "sha224", "sha256"],
  },
};

/** The IDF 5.5 build on our table. */
export const esp32Idf5Ota: Board = {
  ...esp32Idf5,
  id: "esp32-idf5-ota",
  title: "ESP32-DevKitC with Espruino's IDF 5.5 build and Sluice's table",
  layout: twoSlots("sluice-4mb", bootLoader),
};
