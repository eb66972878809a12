import { judgeStructure } from "../../../core/firmware/judge-stored.js";
import { asRead, compareFlash } from "../../../core/firmware/read-back.js";
import { chipFlash } from "../ports/chip-flash.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import type { PartTypes, Part } from "../resident/parts.js";
import { firmwareImage } from "./firmware-facts.js";

declare const exports: { open: PartTypes[Part.Stored] };

/** Whether flash holds the firmware that was sent, and it is whole. */
exports.open = (md5, start, size, expected) => {
  const crypto = { md5: md5, crc32: crc32 };
  const differs = compareFlash(crypto, chipFlash, start, size, expected, asRead);
  if (differs !== undefined) return differs;
  const source = {
    size: size,
    read: (offset: number, length: number) => chipFlash.read(length, start + offset),
  };
  return judgeStructure({ bytes: engineBytes, crypto: crypto }, source, firmwareImage);
};
