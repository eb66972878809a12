import { isTrailer, trailerHeadLength, trailerLength } from "../bundle/trailer.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import { u32 } from "../read.js";
import { hexText } from "../text.js";
import { ChipId, isFlashMapped } from "./chips.js";
import { corrupt, type EspHeader, type Inspection, type Segment } from "./judgement.js";
import { type ByteSource, type ImageTools, pieceLength, xorOf } from "./source.js";

/** Longest segment that ESP-IDF's loader accepts (SIXTEEN_MB). */
const maxSegmentLength = 0x1000000;
export const checksumSeed = 0xef;
const mapPage = 0x10000;

/**
 * Reads `count` segment headers from `offset` on, each inside the source.
 * @param segments receives what was read, also when a fault stops the walk
 * @returns the offset behind the last segment's data, or what is wrong
 */
export function walkSegments(
  tools: Pick<ImageTools, "bytes">,
  source: ByteSource,
  header: EspHeader,
  offset: number,
  count: number,
  segments: Segment[],
): number | Fault {
  let position = offset;
  for (let i = 0; i < count; i++) {
    if (position + 8 > source.size) return truncated(`the header of segment ${i}`, position + 8, source.size);
    const head = source.read(position, 8);
    const segment: Segment = {
      address: u32(tools.bytes, head, 0),
      offset: position + 8,
      length: u32(tools.bytes, head, 4),
    };
    const wrong = judgeSegment(header, segment, i, segments);
    if (wrong !== undefined) return wrong;
    const end = segment.offset + segment.length;
    if (end > source.size) return truncated(`segment ${i}`, end, source.size);
    segments.push(segment);
    position = end;
  }
  return position;
}

function truncated(what: string, end: number, size: number): Fault {
  return fault(
    FaultNumber.TruncatedImage,
    `${what} ends at byte ${end}, but there are ${size}: the image is cut short, or its header damaged`,
  );
}

/** Judges a segment's header by itself and next to those before it. */
function judgeSegment(
  header: EspHeader,
  segment: Segment,
  index: number,
  before: Segment[],
): Fault | undefined {
  if (segment.length >= maxSegmentLength)
    return corrupt(`segment ${index} claims ${segment.length} bytes, more than 16 MB is impossible`);
  if (header.chip !== ChipId.Esp8266) {
    if (segment.length % 4 !== 0)
      return corrupt(`segment ${index} is ${segment.length} bytes, not a multiple of 4`);
    if (isFlashMapped(header.chip, segment.address) && segment.offset % mapPage !== segment.address % mapPage)
      return corrupt(
        `segment ${index} (0x${hexText(segment.address, 8)}) does not lie where the flash cache can map it`,
      );
  }
  // Address 0 stands for padding, which is loaded nowhere.
  for (let i = 0; i < before.length && segment.address !== 0; i++) {
    const other = before[i];
    if (
      other.address !== 0 &&
      segment.address < other.address + other.length &&
      other.address < segment.address + segment.length
    )
      return corrupt(`segments ${i} and ${index} overlap at 0x${hexText(segment.address, 8)}`);
  }
  return undefined;
}

/** Where the checksum byte stands: the last byte of the 16-byte block that follows at least one byte of padding. */
export function checksumOffset(end: number): number {
  return end - (end % 16) + 15;
}

/**
 * Compares the XOR of all segments' bytes with the byte behind them.
 * @param seed `checksumSeed`, less any bytes that were changed after the checksum was made
 */
export function judgeChecksum(
  it: Inspection,
  segments: Segment[],
  end: number,
  seed: number,
): Fault | undefined {
  const place = checksumOffset(end);
  if (place >= it.source.size) return truncated("the checksum", place + 1, it.source.size);
  let value = seed;
  for (let i = 0; i < segments.length; i++)
    value = xorOf(it.tools, it.source, segments[i].offset, segments[i].length, value);
  const stored = it.tools.bytes.at(it.source.read(place, 1), 0);
  if (stored === value) return undefined;
  return corrupt(`the image's checksum is ${hexText(stored, 2)}, its bytes give ${hexText(value, 2)}`);
}

/** The processor has to start somewhere inside what was loaded. */
export function judgeEntry(header: EspHeader, segments: Segment[]): Fault | undefined {
  for (let i = 0; i < segments.length; i++)
    if (
      segments[i].address !== 0 &&
      header.entry >= segments[i].address &&
      header.entry < segments[i].address + segments[i].length
    )
      return undefined;
  return corrupt(`the entry point 0x${hexText(header.entry, 8)} lies in no segment of the image`);
}

const sectorLength = 4096;
/**
 * Secure boot v1 (ESP-IDF): u32 version 0 and 64 bytes of ECDSA signature, directly behind the image or, behind zeros, at the end
 * of its last page of 64 KB.
 */
const secureBootV1Length = 68;
/** arduino-esp32 tools/bin_signing.py pads its signature to this. */
const arduinoEsp32SignatureLength = 512;

/**
 * Judges what follows the image proper: nothing, padding, or one of the signatures in use. Anything else is a file
 * that was put together wrongly, which no boot loader reports.
 */
export function judgeTail(it: Inspection): Fault | undefined {
  const end = it.result.imageLength;
  const rest = it.source.size - end;
  if (rest === 0) return undefined;
  if (isSignature(it.tools, it.source, end, rest)) {
    it.result.signed = true;
    return undefined;
  }
  for (let at = end; at < it.source.size; at += pieceLength)
    if (!isPadding(it.tools, it.source.read(at, Math.min(pieceLength, it.source.size - at))))
      return corrupt(`${rest} bytes follow the end of the image and are neither padding nor a signature`);
  return undefined;
}

function isPadding(tools: ImageTools, piece: Chunk): boolean {
  if (tools.bytes.isBlank(piece)) return true;
  for (let i = 0; i < piece.length; i++) if (tools.bytes.at(piece, i) !== 0) return false;
  return true;
}

function isSignature(tools: ImageTools, source: ByteSource, end: number, rest: number): boolean {
  if (rest === trailerLength && isTrailer(tools.bytes, source.read(end, trailerHeadLength), end)) return true;
  // Arduino's ESP8266 signing: the signature, then its length as the last word.
  if (rest >= 4 && u32(tools.bytes, source.read(source.size - 4, 4), 0) === rest - 4) return rest > 4;
  if (rest === arduinoEsp32SignatureLength) return true;
  const block = source.size - secureBootV1Length;
  if ((rest === secureBootV1Length || source.size % mapPage === 0) && block >= end && block - end < mapPage)
    if (u32(tools.bytes, source.read(block, 4), 0) === 0 && isPadding(tools, source.read(end, block - end)))
      return !isPadding(tools, source.read(block + 4, secureBootV1Length - 4));
  // Secure boot v2: a sector of its own on the next 4 KB boundary, starting with E7 02 (RSA) or E7 03 (ECDSA).
  const sector = Math.ceil(end / sectorLength) * sectorLength;
  if (source.size - sector !== sectorLength) return false;
  const head = source.read(sector, 2);
  return tools.bytes.at(head, 0) === 0xe7 && (tools.bytes.at(head, 1) === 2 || tools.bytes.at(head, 1) === 3);
}
