import type { Board } from "./board.js";
import { espruinoOnEsp32, oneSlot, twoSlots } from "./espruino-esp32.js";

const bootLoader = 0;

/** ESP32-C3-DevKitM and the like, Espruino's stock table. `variables` is the build's limit, not a measurement. */
export const esp32c3Devkit: Board = {
  id: "esp32c3-devkit",
  title: "ESP32-C3-DevKitM (4 MB)",
  chip: "esp32c3",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 3232,
  layout: oneSlot(bootLoader),
  espruino: {
    ...espruinoOnEsp32,
    boardName: "ESP32C3_IDF4",
    randomRegister: 0x600260b0,
    // esp32c3.rom.ld
    romMd5: { init: 0x40000614, update: 0x40000618, final: 0x4000061c },
    variables: 4095,
  },
};

/** The same board after our table was flashed by cable. */
export const esp32c3Ota: Board = {
  ...esp32c3Devkit,
  id: "esp32c3-ota",
  title: "ESP32-C3-DevKitM with Sluice's table",
  layout: twoSlots("sluice-4mb", bootLoader),
};
