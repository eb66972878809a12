import { arduinoEsp8266 } from "./arduino-esp8266.js";
import type { Board } from "./board.js";
import {
  esp32c3DeviceScript,
  esp32DeviceScript,
  esp32s2DeviceScript,
  esp32s3DeviceScript,
} from "./devicescript-esp32.js";
import { esp32Devkit, esp32Idf5, esp32Idf5Ota } from "./esp32-devkit.js";
import { esp32c3Devkit, esp32c3Large, esp32c3Ota } from "./esp32c3-devkit.js";
import { esp32s3Devkit, esp32s3Ota } from "./esp32s3-devkit.js";
import { linux } from "./linux.js";

export type { Board, Chip, DeviceScriptPort, EspruinoPort } from "./board.js";
export { chips } from "./board.js";
export type {
  EbootLayout,
  Esp32Layout,
  FlashLayout,
  PowerSafety,
  StoreOnlyLayout,
} from "./layout.js";

export { type ResetCause, resetStates } from "./reset-causes.js";

export const boards: readonly Board[] = [
  esp32Devkit,
  esp32Idf5,
  esp32Idf5Ota,
  esp32c3Devkit,
  esp32c3Ota,
  esp32c3Large,
  esp32s3Devkit,
  esp32s3Ota,
  ...arduinoEsp8266,
  esp32DeviceScript,
  esp32s2DeviceScript,
  esp32s3DeviceScript,
  esp32c3DeviceScript,
  linux,
];

export function findBoard(id: string): Board | undefined {
  return boards.find((board) => board.id === id);
}
