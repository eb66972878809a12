import type { EspruinoPort } from "./board.js";
import type { Esp32Layout } from "./layout.js";

/** What Espruino's builds for the ESP32 family have in common. */
export const espruinoOnEsp32: Omit<EspruinoPort, "builds" | "romMd5" | "randomRegister" | "variables"> = {
  storage: { offset: 0x320000, size: 0xe0000 },
  tcpChunk: 536,
  batch: 1024,
  udpMax: 528,
  mdns: true,
  hashes: ["sha1", "sha224", "sha256", "sha384", "sha512"],
  store: { agentBlocks: 48, appBlocks: 32 },
};

/** Two firmware slots and otadata. Espruino's boot loaders are built without rollback. */
export function twoSlots(table: string, bootLoader: number): Esp32Layout {
  return {
    kind: "esp32",
    table,
    bootLoader,
    powerSafety: "safe",
    powerReason:
      "a new image goes into the slot that does not run, and the switch is one otadata entry with a CRC: a cut leaves the old one or the new one",
  };
}

/**
 * Espruino's table for its IDF 4 and 5.5 builds: a single slot.
 * @param instead where firmware does come over the air
 */
export function oneSlot(bootLoader: number, instead: string): Esp32Layout {
  return {
    kind: "esp32",
    table: "espruino-one-slot",
    bootLoader,
    powerSafety: "safe",
    powerReason: "firmware is never written over the air here; apps go into slots of their own in Storage",
    refusal: `its partition table has one slot, so there is no room for old and new; ${instead}`,
  };
}
