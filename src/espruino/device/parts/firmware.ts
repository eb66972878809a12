import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { OtaSwitch } from "../../../core/firmware/otadata-scheme.js";
import { factorySlot } from "../../../core/flash/otadata.js";
import {
  esp32HeaderLength,
  espMagic,
  judgeEspHeader,
  looksLikeEsp8266,
  parseAppDescriptor,
  parseEsp32Header,
} from "../../../core/image/esp-header.js";
import { checksumOffset, walkSegments } from "../../../core/image/segments.js";
import type { ImageTarget } from "../../../core/image/source.js";
import type { Chunk } from "../../../core/ports.js";
import { JournalRecord } from "../../../core/update/journal.js";
import { checked } from "../../../core/update/read-back.js";
import { engineBytes, headBytes } from "../ports/bytes.js";
import { crc32 } from "../ports/crypto.js";
import { chipFlash } from "../ports/flash.js";
import { Part, type PartTypes } from "../resident/resident.js";
import { trustsKeys } from "../settings.js";

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

function offsetOf(slot: number): number {
  return slot === factorySlot ? BOARD_FACTORY : BOARD_OTA_0;
}

/** The slot that has started: the first in the boot loader's order that has an image. */
function runningSlot(order: number[]): number {
  for (const slot of order) if (headBytes.at(chipFlash.read(1, offsetOf(slot)), 0) === espMagic) return slot;
  return order.length > 0 ? order[0] : factorySlot;
}

function headFault(head: Chunk, size: number): Fault | undefined {
  const first = headBytes.at(head, 0);
  if (first === 0x1f || first === 0xea)
    return fault(FaultNumber.WrongKind, "this board's boot loader takes plain ESP32 images only");
  if (first !== espMagic) return fault(FaultNumber.MagicByte, "");
  if (size < esp32HeaderLength + 8 || head.length < esp32HeaderLength + 8)
    return fault(FaultNumber.TruncatedImage, `an image has a header of 32 bytes, these are ${size}`);
  if (looksLikeEsp8266(headBytes, head))
    return fault(FaultNumber.WrongBoard, `the image is for an ESP8266, the board is ${BOARD_ID}`);
  return judgeEspHeader(parseEsp32Header(headBytes, head), firmwareImage);
}

/** Where an image of Espruino goes, on boards with factory and ota_0; or why it does not. */
export const firmware: PartTypes[Part.Firmware] = (order, head, size) => {
  const slot = runningSlot(order) === factorySlot ? 0 : factorySlot;
  const room = slot === factorySlot ? BOARD_FACTORY_SIZE : BOARD_OTA_0_SIZE;
  if (size > room) return fault(FaultNumber.Space, "");
  const wrong = headFault(head, size);
  if (wrong !== undefined) return wrong;
  const about = parseAppDescriptor(headBytes, head);
  return {
    block: offsetOf(slot) / BOARD_BLOCK,
    blocks: room / BOARD_BLOCK,
    head: "",
    record: (slot & 1) === 0 ? JournalRecord.FirmwareEven : JournalRecord.FirmwareOdd,
    text: about === undefined ? "firmware" : `${about.project}@${about.version}`,
    firmware: slot,
    size: size,
    signed: trustsKeys(),
  };
};

/** Bytes that are in memory at a time. */
const pieceLength = 1024;

/**
 * Whether flash holds the firmware that was sent, with whole headers and segments. Its checksum and hash are left to
 * the chip's boot loader, which computes both at every start and keeps to the old slot when they are wrong: over a
 * megabyte they would take an interpreter minutes.
 */
export const stored: PartTypes[Part.Stored] = (it, md5, start, size, expected) => {
  try {
    const digest = md5();
    for (let done = 0; done < size; done += pieceLength) {
      const length = size - done < pieceLength ? size - done : pieceLength;
      digest.update(require("Flash").read(length, (start + done) | 0) as unknown as Chunk);
    }
    const found = digest.hex();
    if (found !== expected) return fault(FaultNumber.Verify, `flash holds ${found}`);
    const end = it.load(Part.FirmwareEnd)(start, size);
    return typeof end === "number" ? undefined : end;
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
};

/** Where the image at `start` ends, bytes from there, by its header and its segments' headers. */
export const firmwareEnd: PartTypes[Part.FirmwareEnd] = (start, size) => {
  const header = parseEsp32Header(engineBytes, chipFlash.read(esp32HeaderLength, start));
  const source = {
    size: size,
    read: (offset: number, length: number) => chipFlash.read(length, start + offset),
  };
  const end = walkSegments(
    { bytes: engineBytes },
    source,
    header,
    esp32HeaderLength,
    header.segmentCount,
    [],
  );
  if (typeof end !== "number") return end;
  return checksumOffset(end) + 1 + (header.hashAppended === 0 ? 0 : 32);
};

/** Which firmware the chip's boot loader starts. */
export const otaSwitch: PartTypes[Part.Switch] = () =>
  new OtaSwitch(engineBytes, { crc32: crc32 }, checked(chipFlash), BOARD_OTADATA, 1, true);
