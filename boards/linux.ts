import type { Board } from "./board.js";

/** Espruino's Linux build, the real engine that device code is judged on; flash is a file of 1 MB there. */
export const linux: Board = {
  id: "linux",
  title: "Espruino for Linux",
  chip: "linux",
  flashSize: 0x100000,
  blockLength: 1024,
  otaPort: 3232,
  layout: {
    kind: "store",
    powerSafety: "safe",
    powerReason: "the engine is a program of the host; only apps in Storage are replaced",
    refusal: "the engine is a program of the host, not an image in flash",
  },
  espruino: {
    builds: ["LINUX"],
    storage: { offset: 0x10000000, size: 0x100000 },
    tcpChunk: 536,
    batch: 1024,
    udpMax: 528,
    mdns: false,
    randomRegister: 0,
    hashes: ["sha1", "sha224", "sha256", "sha384", "sha512"],
    variables: 16000,
    store: { agentBlocks: 160, appBlocks: 64 },
  },
};
