import { Engine } from "../../../core/app-header.js";
import { BundleSlots } from "../../../core/bundle-slots.js";
import { Homecoming } from "../../../core/firmware/homecoming.js";
import type { Flash } from "../../../core/ports.js";
import { engineBytes } from "../engine-bytes.js";
import { engineChecksum } from "../engine-checksum.js";
import { storeFlash, storeOfBoard } from "../engine-flash.js";
import type { NativeParts } from "../native-parts.js";
import { segmentLength, segmentStorage } from "../segment-flash.js";

function slotsOf(flash: Flash): BundleSlots {
  return new BundleSlots(engineBytes, engineChecksum, flash, storeOfBoard, Engine.Espruino, BOARD_FAMILY);
}

/** user1 looks what came of the firmware that went to user2. */
export function openHomecoming(parts: NativeParts): Homecoming {
  const there = segmentStorage(segmentLength);
  const segments = { here: storeFlash, there: there };
  return new Homecoming(
    engineBytes,
    engineChecksum,
    segments,
    storeOfBoard,
    parts.journal,
    slotsOf(storeFlash),
    slotsOf(there),
  );
}
