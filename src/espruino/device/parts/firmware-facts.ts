import type { ImageTarget } from "../../../core/image/target.js";

/** What an image has to suit. */
export const firmwareImage: ImageTarget = {
  boot: "esp32",
  chip: BOARD_CHIP_ID,
  revision: -1,
  flashSize: BOARD_FLASH,
  room: BOARD_OTA_0_SIZE,
  inflatedRoom: 0,
  inSlot: false,
};
