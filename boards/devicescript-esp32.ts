import type { Board, DeviceScriptPort } from "./board.js";
import type { Esp32Layout } from "./layout.js";

/**
 * DeviceScript's stock firmware (microsoft/devicescript-esp32), one board for each chip that it exists for; there is
 * none for the ESP8266. Pins are those of its catalogue's bare board of the chip that can be outputs: a safe level is
 * found by the pin's label, and a label that the flashed firmware does not know is passed over in silence.
 */
const program: Pick<DeviceScriptPort, "programRoom" | "codeRoom" | "runtime"> = {
  programRoom: 220 * 1024,
  codeRoom: 0x10000,
  runtime: "2.16",
};

/** boards/partitions.csv of the firmware: a single app partition, 2 MB in all. */
function layout(bootLoader: number): Esp32Layout {
  return {
    kind: "esp32",
    table: "devicescript",
    bootLoader,
    powerSafety: "safe",
    powerReason:
      "firmware is never written over the air here; a program that a power cut tore is sent again by the gateway",
    refusal: "DeviceScript's firmware has a single app partition and no way to write it; flash it by cable",
  };
}

const common = { flashSize: 0x400000, blockLength: 4096, otaPort: 0 } as const;

export const esp32DeviceScript: Board = {
  ...common,
  id: "esp32-devicescript",
  title: "ESP32 with DeviceScript",
  chip: "esp32",
  layout: layout(0x1000),
  devicescript: {
    ...program,
    firmware: "esp32_bare",
    outputPins: [4, 13, 14, 18, 19, 21, 22, 23, 25, 26, 27, 32, 33],
    heap: 64 * 1024,
  },
};

export const esp32s2DeviceScript: Board = {
  ...common,
  id: "esp32s2-devicescript",
  title: "ESP32-S2 with DeviceScript",
  chip: "esp32s2",
  layout: layout(0x1000),
  devicescript: {
    ...program,
    firmware: "esp32s2_bare",
    outputPins: [
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
      ...[21, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44],
    ],
    heap: 40 * 1024,
  },
};

export const esp32s3DeviceScript: Board = {
  ...common,
  id: "esp32s3-devicescript",
  title: "ESP32-S3 with DeviceScript",
  chip: "esp32s3",
  layout: layout(0),
  devicescript: {
    ...program,
    firmware: "esp32s3_bare",
    outputPins: [
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
      ...[21, 33, 34, 38, 39, 40, 41, 42, 43, 44, 47, 48],
    ],
    heap: 64 * 1024,
  },
};

export const esp32c3DeviceScript: Board = {
  ...common,
  id: "esp32c3-devicescript",
  title: "ESP32-C3 with DeviceScript",
  chip: "esp32c3",
  layout: layout(0),
  devicescript: {
    ...program,
    firmware: "esp32c3_bare",
    outputPins: [0, 1, 3, 4, 5, 6, 7, 10, 20, 21],
    heap: 64 * 1024,
  },
};
