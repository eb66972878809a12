import { type Fault, FaultNumber, fault } from "../errors.js";
import { judgePart } from "./esp8266-image.js";
import { type Inspection, judgeSha256 } from "./judgement.js";
import { judgeTail } from "./segments.js";

const hashLength = 32;

/**
 * Judges all of an ESP32-family image whose header has been judged: segments, checksum, appended SHA-256 (in that
 * order, as ESP-IDF's esp_image_verify does).
 */
export function judgeEsp32Body(it: Inspection): Fault | undefined {
  const result = it.result;
  const header = result.header;
  if (header === undefined) return undefined;
  const hashed = judgePart(it, header, 0);
  if (typeof hashed !== "number") return hashed;
  result.imageLength = hashed;
  if (header.hashAppended === 1) {
    result.imageLength = hashed + hashLength;
    if (result.imageLength > it.source.size)
      return fault(FaultNumber.TruncatedImage, "the image ends before the hash that its header promises");
    const stored = it.source.read(hashed, hashLength);
    const badHash = judgeSha256(it, stored, hashed, "the image's SHA-256 does not match its bytes");
    if (badHash !== undefined) return badHash;
  }
  return it.target.inSlot ? undefined : judgeTail(it);
}
