import type { Board } from "./board.js";
import { userSlots } from "./espruino-esp8266.js";

/**
 * NodeMCU, Wemos D1 mini and the like with Espruino's ESP8266_4MB build (Storage 192 KB in the user1 segment).
 * The largest image ends where Storage starts; Espruino's makefile allows one sector more, which would overlap it.
 */
export const esp82664mb: Board = {
  id: "esp8266-4mb",
  title: "ESP8266 with 4 MB (NodeMCU, D1 mini)",
  chip: "esp8266",
  flashSize: 0x400000,
  blockLength: 4096,
  otaPort: 8266,
  layout: userSlots(6, 0x101000, 0xca000),
  espruino: {
    builds: ["ESP8266_4MB"],
    storage: { offset: 0xcb000, size: 0x30000 },
    tcpChunk: 268,
    batch: 512,
    udpMax: 268,
    udpDropsLonger: true,
    randomRegister: 0x3ff20e44,
    // eagle.rom.addr.v6.ld
    romMd5: { init: 0x40009818, update: 0x40009834, final: 0x40009900 },
    names: false,
    hashes: ["sha1"],
    refusal: "the agent leaves too few of the 1,600 variables that Espruino has on this chip for an update",
    variables: 1600,
    store: { agentBlocks: 15, appBlocks: 4 },
  },
};
