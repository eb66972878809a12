import { type Fault, FaultNumber, fault } from "../errors.js";
import { type Inspection, judgeSha256 } from "./judgement.js";
import {
  checksumOffset,
  checksumSeed,
  judgeChecksum,
  judgeEntry,
  judgeTail,
  walkSegments,
} from "./segments.js";

const hashLength = 32;

/**
 * Judges all of an ESP32-family image whose header has been judged: segments, checksum, appended SHA-256 (in that
 * order, as ESP-IDF's esp_image_verify does).
 */
export function judgeEsp32Body(it: Inspection): Fault | undefined {
  const result = it.result;
  const header = result.header;
  if (header === undefined) return undefined;
  const end = walkSegments(it.tools, it.source, header, header.length, header.segmentCount, result.segments);
  if (typeof end !== "number") return end;
  const wrong = judgeEntry(header, result.segments) ?? judgeChecksum(it, result.segments, end, checksumSeed);
  if (wrong !== undefined) return wrong;
  const hashed = checksumOffset(end) + 1;
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
