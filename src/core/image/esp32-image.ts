import { type Fault, FaultNumber, fault } from "../errors.js";
import { hexText } from "../hex.js";
import type { ImageJudgement } from "./judgement.js";
import { checksumOffset, checksumSeed, judgeChecksum, judgeEntry, walkSegments } from "./segments.js";
import type { ByteSource, ImageTools } from "./source.js";
import { judgeTail } from "./tail.js";
import type { ImageTarget } from "./target.js";

const hashLength = 32;

/**
 * Judges all of an ESP32-family image whose header has been judged: segments, checksum, appended SHA-256 (in that
 * order, as ESP-IDF's esp_image_verify does).
 */
export function judgeEsp32Body(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const header = result.header;
  if (header === undefined) return undefined;
  const end = walkSegments(tools, source, header, header.length, header.segmentCount, result.segments);
  if (typeof end !== "number") return end;
  const wrong =
    judgeEntry(header, result.segments) ?? judgeChecksum(tools, source, result.segments, end, checksumSeed);
  if (wrong !== undefined) return wrong;
  const hashed = checksumOffset(end) + 1;
  result.imageLength = hashed;
  if (header.hashAppended === 1) {
    const badHash = judgeHash(tools, source, hashed, result);
    if (badHash !== undefined) return badHash;
    result.imageLength = hashed + hashLength;
  }
  return target.inSlot ? undefined : judgeTail(tools, source, result);
}

function judgeHash(
  tools: ImageTools,
  source: ByteSource,
  hashed: number,
  result: ImageJudgement,
): Fault | undefined {
  if (hashed + hashLength > source.size)
    return fault(FaultNumber.TruncatedImage, "the image ends before the hash that its header promises");
  const stored = source.read(hashed, hashLength);
  for (let i = 0; i < hashLength; i++) result.sha256 += hexText(tools.bytes.at(stored, i), 2);
  if (tools.crypto.sha256Hex === undefined) return undefined;
  if (tools.crypto.sha256Hex(source.read(0, hashed)) !== result.sha256)
    return fault(FaultNumber.CorruptImage, "the image's SHA-256 does not match its bytes");
  result.hashChecked = true;
  return undefined;
}
