import { isFault } from "../../../core/firmware/fault-or.js";
import { OtaSwitch } from "../../../core/firmware/ota-switch.js";
import { OtadataScheme } from "../../../core/firmware/otadata-scheme.js";
import { judgeHead } from "../../../core/image/judge.js";
import { chipFlash } from "../ports/chip-flash.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import type { PartTypes, Part } from "../resident/parts.js";
import { firmwareImage, firmwarePlaces } from "./firmware-facts.js";

declare const exports: { open: PartTypes[Part.Firmware] };

/** Where an image of Espruino goes, on boards with factory and ota_0; or why it does not. */
exports.open = (md5, head, size) => {
  const tools = { bytes: engineBytes, crypto: { md5: md5, crc32: crc32 } };
  const otaSwitch = new OtaSwitch(engineBytes, tools.crypto, chipFlash, BOARD_OTADATA, 1, true);
  const scheme = new OtadataScheme(tools, chipFlash, otaSwitch, firmwarePlaces, firmwareImage, () => undefined, () => {});
  const place = scheme.place(size);
  if (isFault(place)) return place;
  const judged = judgeHead(tools, head, size, firmwareImage);
  if (judged.fault !== undefined) return judged.fault;
  const about = judged.descriptor;
  const text = about === undefined ? judged.kind : `${about.project}@${about.version}`;
  return { offset: place.offset, size: place.size, slot: scheme.slot, text: text };
};
