import type { Board } from "./board.js";

/** ESP32-DevKitC and its many cousins, Espruino's stock build and partition table (IDF 3.3.6, Storage 896 KB). */
export const esp32Devkit: Board = {
  id: "esp32-devkit",
  title: "ESP32-DevKitC (4 MB)",
  chip: "esp32",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 3232,
  espruino: {
    boardName: "ESP32",
    storage: { offset: 0x320000, size: 0xe0000 },
    tcpChunk: 536,
    udpMax: 528,
    udpDropsLonger: false,
    randomRegister: 0x3ff75144,
    hashes: ["sha1", "sha224", "sha256", "sha384", "sha512"],
    variables: 3400,
    store: { agentBlocks: 16, appBlocks: 32 },
  },
};
