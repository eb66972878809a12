import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { NativeTarget, type OtherSlot } from "../../../core/firmware/native-target.js";
import { StorageMirror } from "../../../core/firmware/storage-mirror.js";
import { user1Start } from "../../../core/flash/user-slots.js";
import type { Chunk } from "../../../core/ports.js";
import { engineBytes } from "../engine-bytes.js";
import { engineCrypto } from "../engine-crypto.js";
import { storeOfBoard } from "../engine-flash.js";
import type { NativeParts } from "../native-parts.js";
import { readRaw, segmentLength, segmentStorage } from "../segment-flash.js";

/** Points to what the ROM knows of the flash chip; its second word is the size (eagle.rom.addr.v6.ld, spi_flash.h). */
const flashchipPointer = 0x3fffc714;

/**
 * Reads beyond the end of the chip, where it begins anew: it does not decode higher address bits. The ROM refuses that
 * unless it takes the chip for larger, so it does for the length of this call; nothing else runs meanwhile.
 */
function readAround(length: number, address: number): Chunk {
  const size = peek32(flashchipPointer) + 4;
  const real = peek32(size);
  poke32(size, 2 * BOARD_FLASH);
  try {
    return readRaw(length, BOARD_FLASH + address);
  } finally {
    poke32(size, real);
  }
}

/** Whether the chip really begins anew: what runs must show the same by all three ways to it. */
function readsAround(): boolean {
  for (let at = 0; at < 1024; at += 256) {
    const mapped = readRaw(256, user1Start + at);
    if (!engineBytes.equal(mapped, readRaw(256, BOARD_USER2 + at))) return false;
    if (!engineBytes.equal(mapped, readAround(256, BOARD_USER2 + at))) return false;
    if (engineBytes.isBlank(mapped)) return false;
  }
  return true;
}

const user2: OtherSlot = {
  refusal: () => undefined,
  read: (length, offset) => readRaw(length, BOARD_USER2 + offset),
};

const user1: OtherSlot = {
  refusal: (): Fault | undefined => {
    if (readsAround()) return undefined;
    return fault(FaultNumber.Verify, "this flash chip does not show user1 to user2: firmware by cable");
  },
  read: (length, offset) => readAround(length, user1Start + offset),
};

/** What accompanies the native updater: nothing of it is there until an image is announced. */
export function openNative(parts: NativeParts): NativeTarget {
  const fromUser1 = parts.userSlot === 1;
  const tools = { bytes: engineBytes, crypto: engineCrypto };
  const image = {
    boot: "user12" as const,
    chip: BOARD_CHIP_ID,
    revision: -1,
    flashSize: BOARD_FLASH,
    room: BOARD_USER_IMAGE,
    inflatedRoom: 0,
    userBin: 3 - parts.userSlot,
    inSlot: false,
  };
  const segments = { here: segmentStorage(0), there: segmentStorage(segmentLength) };
  const mirror = fromUser1 ? new StorageMirror(engineBytes, engineCrypto, segments, storeOfBoard) : undefined;
  return new NativeTarget(tools, fromUser1 ? user2 : user1, image, parts.journal, mirror);
}
