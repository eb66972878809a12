import { type Fault, FaultNumber, fault } from "../errors.js";
import { hexText } from "../hex.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";
import {
  type EspHeader,
  esp8266HeaderLength,
  espMagic,
  judgeEspHeader,
  parseEsp8266Header,
} from "./esp-header.js";
import type { ImageJudgement } from "./judgement.js";
import { checksumOffset, checksumSeed, judgeChecksum, walkSegments } from "./segments.js";
import type { ByteSource, ImageTools } from "./source.js";
import { judgeTail } from "./tail.js";
import type { ImageTarget } from "./target.js";

export const v2Magic = 0xea;
/** Header byte 1 is always 4, whatever number of segments follows. */
export const v2Segments = 4;
/** The outer header and the header of the irom segment. */
export const v2HeadLength = 16;

/** The outer header: `EA 04 mode slot entry`, then the irom segment's header with address 0. */
export function judgeV2Header(bytes: Bytes, head: Chunk): Fault | undefined {
  const corrupt = (text: string): Fault => fault(FaultNumber.CorruptImage, text);
  if (bytes.at(head, 2) > 3)
    return corrupt(`the user image's flash mode ${bytes.at(head, 2)} does not exist`);
  const entry = u32(bytes, head, 4);
  if (entry < 0x40100000 || entry >= 0x40110000)
    return corrupt(`the user image's entry point 0x${hexText(entry, 8)} does not lie in instruction RAM`);
  if (u32(bytes, head, 8) !== 0)
    return corrupt("the user image's first segment has an address, it must be 0");
  if (u32(bytes, head, 12) % 16 !== 0)
    return corrupt("the length of the user image's first segment is not a multiple of 16");
  return undefined;
}

/** Judges the inner header, segments, checksum (irom excluded) and the CRC-32 that gen_appbin appends. */
export function judgeV2Body(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const outer = source.read(0, v2HeadLength);
  const iromLength = u32(tools.bytes, outer, 12);
  const inner = v2HeadLength + iromLength;
  if (inner + esp8266HeaderLength > source.size)
    return fault(
      FaultNumber.TruncatedImage,
      `the user image's first segment ends at byte ${inner}, but there are ${source.size}`,
    );
  result.segments.push({ address: 0, offset: v2HeadLength, length: iromLength });
  const head = source.read(inner, esp8266HeaderLength);
  if (tools.bytes.at(head, 0) !== espMagic)
    return fault(FaultNumber.CorruptImage, "behind the user image's first segment no second header follows");
  const header: EspHeader = parseEsp8266Header(tools.bytes, head);
  const wrong = judgeEspHeader(header, target);
  if (wrong !== undefined) return wrong;
  if (header.entry !== u32(tools.bytes, outer, 4))
    return fault(FaultNumber.CorruptImage, "the user image's two headers name different entry points");
  result.header = header;
  const segments = result.segments.slice(1);
  const end = walkSegments(tools, source, header, inner + esp8266HeaderLength, header.segmentCount, segments);
  if (typeof end !== "number") return end;
  const badSum = judgeChecksum(tools, source, segments, end, checksumSeed);
  if (badSum !== undefined) return badSum;
  for (let i = 0; i < segments.length; i++) result.segments.push(segments[i]);
  return judgeCrc(tools, source, target, checksumOffset(end) + 1, result);
}

/**
 * The trailer has two dialects: gen_appbin under Python 2 (and esptool) turn a CRC with its top bit set over, Espruino's
 * Python 3 port always adds 1. Boot loaders do not read it, so a missing one is not a fault in a slot.
 */
function judgeCrc(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  end: number,
  result: ImageJudgement,
): Fault | undefined {
  result.imageLength = end;
  if (target.inSlot) return undefined;
  if (end + 4 > source.size) return fault(FaultNumber.TruncatedImage, "the user image ends before its CRC");
  const crc = tools.crypto.crc32(source.read(0, end));
  const stored = u32(tools.bytes, source.read(end, 4), 0);
  const plusOne = (crc + 1) >>> 0;
  const turned = (crc ^ 0xffffffff) >>> 0;
  if (stored !== plusOne && !(crc >= 0x80000000 && stored === turned))
    return fault(
      FaultNumber.CorruptImage,
      `the user image's CRC is ${hexText(stored, 8)}, its bytes give ${hexText(plusOne, 8)}`,
    );
  result.hashChecked = true;
  result.imageLength = end + 4;
  return judgeTail(tools, source, result);
}
