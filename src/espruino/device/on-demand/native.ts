import { FaultNumber } from "../../../core/errors.js";
import { Homecoming } from "../../../core/firmware/homecoming.js";
import { NativeTarget, type OtherSlot } from "../../../core/firmware/native-target.js";
import { StorageMirror } from "../../../core/firmware/storage-mirror.js";
import { user1Start } from "../../../core/flash/user-slots.js";
import type { Bytes, Chunk } from "../../../core/ports.js";
import type { NativeHalf, NativeParts } from "../native-parts.js";
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
function readsAround(bytes: Bytes): boolean {
  for (let at = 0; at < 1024; at += 256) {
    const mapped = readRaw(256, user1Start + at);
    if (!bytes.equal(mapped, readRaw(256, BOARD_USER2 + at))) return false;
    if (!bytes.equal(mapped, readAround(256, BOARD_USER2 + at))) return false;
    if (bytes.isBlank(mapped)) return false;
  }
  return true;
}

const user2: OtherSlot = {
  refusal: () => undefined,
  read: (length, offset) => readRaw(length, BOARD_USER2 + offset),
};

function user1(bytes: Bytes): OtherSlot {
  const text = "this flash chip does not show user1 to user2: firmware by cable";
  return {
    refusal: () => (readsAround(bytes) ? undefined : { number: FaultNumber.Verify, text: text }),
    read: (length, offset) => readAround(length, user1Start + offset),
  };
}

function target(parts: NativeParts): NativeTarget {
  const fromUser1 = parts.userSlot === 1;
  if (!fromUser1) return new NativeTarget(parts.bytes, user1(parts.bytes), 1, parts.journal, undefined);
  const segments = { here: segmentStorage(0), there: segmentStorage(segmentLength) };
  const mirror = new StorageMirror(parts.bytes, segments, parts.layout, parts.journalOf);
  return new NativeTarget(parts.bytes, user2, 2, parts.journal, mirror);
}

function homecoming(parts: NativeParts): Homecoming {
  return new Homecoming({
    bytes: parts.bytes,
    checksum: parts.checksum,
    segments: { here: parts.store, there: segmentStorage(segmentLength) },
    layout: parts.layout,
    journal: parts.journal,
    writer: parts.writer,
    journalOf: parts.journalOf,
    notesOf: parts.notesOf,
    headerAt: parts.headerAt,
  });
}

/** What accompanies the native updater, and what comes after it: nothing of it is there until it is asked for. */
export function openNative(parts: NativeParts): NativeHalf {
  return { target: () => target(parts), homecoming: () => homecoming(parts) };
}
