import { segmentMark } from "../../core/firmware/segments.js";
import { storeFileName } from "../../core/store.js";

/** ESP8266: 1 or 2, the slot whose Storage this is; 1 where there is nothing to tell apart. */
export function userSlot(): number {
  if (BOARD_USER2 === 0) return 1;
  return require("Storage").read(storeFileName, 0, segmentMark.length) === segmentMark ? 2 : 1;
}
