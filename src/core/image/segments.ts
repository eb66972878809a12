import { type Fault, FaultNumber, fault } from "../errors.js";
import { hexText } from "../hex.js";
import { u32 } from "../read.js";
import { ChipId, isFlashMapped } from "./chips.js";
import type { EspHeader, Segment } from "./esp-header.js";
import { type ByteSource, type ImageTools, xorOf } from "./source.js";

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
  tools: ImageTools,
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

/** What a segment's header says by itself and next to those before it. */
function judgeSegment(
  header: EspHeader,
  segment: Segment,
  index: number,
  before: Segment[],
): Fault | undefined {
  if (segment.length >= maxSegmentLength)
    return fault(
      FaultNumber.CorruptImage,
      `segment ${index} claims ${segment.length} bytes, more than 16 MB is impossible`,
    );
  if (header.chip !== ChipId.Esp8266) {
    if (segment.length % 4 !== 0)
      return fault(
        FaultNumber.CorruptImage,
        `segment ${index} is ${segment.length} bytes, not a multiple of 4`,
      );
    if (isFlashMapped(header.chip, segment.address) && segment.offset % mapPage !== segment.address % mapPage)
      return fault(
        FaultNumber.CorruptImage,
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
      return fault(
        FaultNumber.CorruptImage,
        `segments ${i} and ${index} overlap at 0x${hexText(segment.address, 8)}`,
      );
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
  tools: ImageTools,
  source: ByteSource,
  segments: Segment[],
  end: number,
  seed: number,
): Fault | undefined {
  const place = checksumOffset(end);
  if (place >= source.size) return truncated("the checksum", place + 1, source.size);
  let value = seed;
  for (let i = 0; i < segments.length; i++)
    value = xorOf(tools, source, segments[i].offset, segments[i].length, value);
  const stored = tools.bytes.at(source.read(place, 1), 0);
  if (stored === value) return undefined;
  return fault(
    FaultNumber.CorruptImage,
    `the image's checksum is ${hexText(stored, 2)}, its bytes give ${hexText(value, 2)}`,
  );
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
  return fault(
    FaultNumber.CorruptImage,
    `the entry point 0x${hexText(header.entry, 8)} lies in no segment of the image`,
  );
}
