import type { Board } from "./board.js";
import { userOneOnly, userSlots } from "./espruino-esp8266.js";

/** ESP8266_BOARD, Espruino's small build: 468 KB of firmware, 16 KB of Storage, too few for Sluice's slots. */
const maxImage = 479232;

/** ESP-01 and other modules with 512 KB. */
export const esp8266512k: Board = {
  id: "esp8266-512k",
  title: "ESP8266 with 512 KB (ESP-01)",
  chip: "esp8266",
  flashSize: 0x80000,
  blockLength: 4096,
  otaPort: 8266,
  layout: userOneOnly(maxImage),
};

/** ESP-01S and other modules with 1 MB: user1 and user2 of 512 KB each. */
export const esp82661mb: Board = {
  ...esp8266512k,
  id: "esp8266-1mb",
  title: "ESP8266 with 1 MB (ESP-01S)",
  flashSize: 0x100000,
  layout: userSlots(2, 0x81000, maxImage),
};
