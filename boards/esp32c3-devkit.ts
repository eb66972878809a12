import type { Board } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0;

/** ESP32-C3-DevKitM and the like, Espruino's stock table. */
export const esp32c3Devkit: Board = {
  id: "esp32c3-devkit",
  title: "ESP32-C3-DevKitM (4 MB)",
  chip: "esp32c3",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 3232,
  layout: oneSlot(
    bootLoader,
    "two of Espruino's own build do not fit into 4 MB; with 8 MB, flash it as esp32c3-8mb-ota by cable once",
  ),
  espruino: {
    ...espruinoOnEsp32,
    builds: ["ESP32C3_IDF5", "ESP32C3_IDF4"],
    // Built with -Og, as measured for Espruino's pull request 2747.
    firmwareSize: 1_687_248,
    randomRegister: 0x600260b0,
    // esp32c3.rom.ld
    romMd5: { init: 0x40000614, update: 0x40000618, final: 0x4000061c },
    // Read on a chip that ran 2v29.443 with a library more (XFSM), of 13 bytes each.
    variables: 3016,
  },
};

/** The same board with our table of 4 MB, for builds that are smaller than Espruino's own. */
export const esp32c3Ota: Board = {
  ...esp32c3Devkit,
  id: "esp32c3-ota",
  title: "ESP32-C3-DevKitM with Sluice's table",
  layout: twoSlots("sluice-4mb", bootLoader),
};

/** A C3 with 8 MB and our table: the only one that takes Espruino's own build twice. */
export const esp32c3Large: Board = {
  ...esp32c3Devkit,
  id: "esp32c3-8mb-ota",
  title: "ESP32-C3 with 8 MB and Sluice's table",
  flashSize: 0x800000,
  layout: twoSlots("sluice-8mb", bootLoader),
};
