import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { factorySlot } from "../../../core/flash/ota-select.js";
import { parseAppDescriptor } from "../../../core/image/app-descriptor.js";
import {
  esp32HeaderLength,
  espMagic,
  judgeEspHeader,
  looksLikeEsp8266,
  parseEsp32Header,
} from "../../../core/image/esp-header.js";
import type { Chunk } from "../../../core/ports.js";
import { Record } from "../../../core/update/journal.js";
import { chipFlash } from "../ports/chip-flash.js";
import { headBytes } from "../ports/engine-bytes.js";
import type { Part, PartTypes } from "../resident/parts.js";
import { firmwareImage } from "./firmware-facts.js";

declare const exports: { open: PartTypes[Part.Firmware] };

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
exports.open = (order, head, size) => {
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
    record: (slot & 1) === 0 ? Record.FirmwareEven : Record.FirmwareOdd,
    text: about === undefined ? "firmware" : `${about.project}@${about.version}`,
    firmware: slot,
  };
};
