import { segmentMark } from "../../core/firmware/segments.js";
import { attemptLimit, type Journal } from "../../core/journal.js";
import { storeFileName } from "../../core/store.js";

/** ESP8266: 1 or 2, the slot whose Storage this is; 1 where there is nothing to tell apart. */
export function userSlot(): number {
  if (BOARD_USER2 === 0) return 1;
  return require("Storage").read(storeFileName, 0, segmentMark.length) === segmentMark ? 2 : 1;
}

/**
 * Whether user1 runs although its journal sent the firmware to user2: then the agent looks, before any application
 * starts, what came of it (core/firmware/homecoming.ts). Not again and again where that never ends well.
 */
export function comesHome(journal: Journal): boolean {
  const state = journal.current();
  return state.firmwareTrial && state.firmwareSlot === 1 && userSlot() === 1 && state.attempts < attemptLimit;
}
