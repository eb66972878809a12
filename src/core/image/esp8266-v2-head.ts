import { FaultNumber } from "../errors.js";
import { hexText } from "../hex.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";
import type { Reason } from "../reason.js";
import { ChipId } from "./chips.js";
import type { ImageTarget } from "./target.js";

export const v2Magic = 0xea;
/** Header byte 1 is always 4, whatever number of segments follows. */
export const v2Segments = 4;
/** The outer header and the header of the irom segment. */
export const v2HeadLength = 16;

function corrupt(text: string): Reason {
  return { number: FaultNumber.CorruptImage, text: text };
}

function misfit(text: string): Reason {
  return { number: FaultNumber.WrongBoard, text: text };
}

/** The outer header: `EA 04 mode slot entry`, then the irom segment's header with address 0. */
export function v2HeadReason(bytes: Bytes, head: Chunk, target: ImageTarget): Reason | undefined {
  if (bytes.at(head, 2) > 3)
    return corrupt(`the user image's flash mode ${bytes.at(head, 2)} does not exist`);
  if (target.chip !== ChipId.Any && target.chip !== ChipId.Esp8266)
    return misfit("the image is for ESP8266, the board has another chip");
  const entry = u32(bytes, head, 4);
  if (entry < 0x40100000 || entry >= 0x40110000)
    return corrupt(`the user image's entry point 0x${hexText(entry, 8)} does not lie in instruction RAM`);
  if (u32(bytes, head, 8) !== 0)
    return corrupt("the user image's first segment has an address, it must be 0");
  if (u32(bytes, head, 12) % 16 !== 0)
    return corrupt("the length of the user image's first segment is not a multiple of 16");
  if (bytes.at(head, 3) === 2)
    return misfit("the image counts its slots from 1, Espruino's updater counts from 0 and refuses it");
  const slot = v2UserBin(bytes, head);
  if (target.userBin !== 0 && slot !== 0 && slot !== target.userBin)
    return misfit(
      `the image was linked for user${slot}, the free slot is user${target.userBin}: send user${target.userBin}.bin`,
    );
  return undefined;
}

/**
 * 1 or 2, the slot that the image was made for; 0 where both will do. Byte 3 is gen_appbin's last argument, and Espruino
 * counts it from 0 (make/targets/ESP8266.make): user1.bin has 0, user2.bin 1, and its updater lets 3 and up go anywhere
 * (libs/network/esp8266/ota.c, check_header).
 */
export function v2UserBin(bytes: Bytes, head: Chunk): number {
  const slot = bytes.at(head, 3);
  return slot < 2 ? slot + 1 : 0;
}
