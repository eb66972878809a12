import { type Fault, FaultNumber, fault } from "../errors.js";
import { isFlashMapped, isLoaderMemory } from "./chips.js";
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
  if (isBootLoader(it)) {
    result.kind = "boot-loader";
    if (it.target.boot !== "any")
      return fault(FaultNumber.WrongKind, "this is a boot loader, which is written by cable only");
  }
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

/** A boot loader runs from its own memory alone; an application has code and constants that the cache maps. */
function isBootLoader(it: Inspection): boolean {
  const header = it.result.header;
  if (header === undefined) return false;
  let found = false;
  for (let i = 0; i < it.result.segments.length; i++) {
    const address = it.result.segments[i].address;
    if (isFlashMapped(header.chip, address)) return false;
    if (isLoaderMemory(header.chip, address)) found = true;
  }
  return found;
}
