import { type AppHeader, appHeaderLength, Engine, parseAppHeader } from "../../../core/app-header.js";
import { FaultNumber } from "../../../core/errors.js";
import { Homecoming } from "../../../core/firmware/homecoming.js";
import { NativeTarget, type OtherSlot } from "../../../core/firmware/native-target.js";
import { StorageMirror } from "../../../core/firmware/storage-mirror.js";
import { user1Start } from "../../../core/flash/user-slots.js";
import { Journal } from "../../../core/journal.js";
import { Notes } from "../../../core/notes.js";
import type { Bytes, Chunk, Flash } from "../../../core/ports.js";
import { SlotWriter } from "../../../core/slot-writer.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import { storeFlash, storeOfBoard } from "../ports/engine-flash.js";
import { readRaw, segmentLength, segmentStorage } from "../ports/segment-flash.js";
import type { Part, PartTypes } from "../resident/parts.js";
import { userSlot } from "../user-slot.js";

declare const exports: { open: PartTypes[Part.Native] };

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

const checksum = { crc32: crc32 };

function journalOf(storage: Flash): Journal {
  return new Journal(engineBytes, checksum, storage, storeOfBoard.journal);
}

function target(): NativeTarget {
  const journal = journalOf(storeFlash);
  journal.open();
  if (userSlot() === 2) return new NativeTarget(engineBytes, user1(engineBytes), 1, journal, undefined);
  const segments = { here: segmentStorage(0), there: segmentStorage(segmentLength) };
  const mirror = new StorageMirror(engineBytes, segments, storeOfBoard, journalOf);
  return new NativeTarget(engineBytes, user2, 2, journal, mirror);
}

function headerAt(storage: Flash, block: number): AppHeader | undefined {
  const header = parseAppHeader(engineBytes, crc32, storage.read(appHeaderLength, block * BOARD_BLOCK));
  return typeof header === "string" || header.engine !== Engine.Espruino ? undefined : header;
}

function homecoming(): Homecoming {
  const journal = journalOf(storeFlash);
  journal.open();
  return new Homecoming({
    bytes: engineBytes,
    checksum: checksum,
    segments: { here: storeFlash, there: segmentStorage(segmentLength) },
    layout: storeOfBoard,
    journal: journal,
    writer: new SlotWriter(engineBytes, storeFlash),
    journalOf: journalOf,
    notesOf: (storage) => new Notes(engineBytes, checksum, storage, storeOfBoard.notes),
    headerAt: headerAt,
  });
}

exports.open = () => {
  return { target: target, homecoming: homecoming };
};
