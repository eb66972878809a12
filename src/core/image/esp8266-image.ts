import { type Fault, FaultNumber, fault } from "../errors.js";
import { crcMsb, crcMsbStart, sketchOffset } from "../flash/eboot.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";
import { hexText } from "../text.js";
import { esp8266HeaderLength, espMagic, judgeEspHeader, parseEsp8266Header } from "./esp-header.js";
import { corrupt, type EspHeader, type Inspection, type Segment } from "./judgement.js";
import {
  checksumOffset,
  checksumSeed,
  judgeChecksum,
  judgeEntry,
  judgeTail,
  walkSegments,
} from "./segments.js";
import { pieceLength, xorOf } from "./source.js";

/** eboot runs from the last 4 KB of instruction RAM, where no sketch is ever linked to (bootloaders/eboot/eboot.ld). */
const ebootAddress = 0x4010f000;
/**
 * Two words at the start of the sketch's first segment: length of the file and its CRC. The linker leaves them zero,
 * elf2bin fills them in after it has made the segments' checksum.
 */
const crcOffset = 0x1010;

/** Judges an image v1, with Arduino's sketch behind eboot where there is one. */
export function judgeEsp8266Body(it: Inspection): Fault | undefined {
  const result = it.result;
  const header = result.header;
  if (header === undefined) return undefined;
  const end = judgePart(it, header, 0);
  if (typeof end !== "number") return end;
  result.imageLength = end;
  const hasSketch =
    end <= sketchOffset &&
    it.source.size >= sketchOffset + header.length &&
    it.tools.bytes.at(it.source.read(sketchOffset, 1), 0) === espMagic;
  if (hasSketch) {
    const wrong = judgeSketch(it);
    if (wrong !== undefined) return wrong;
  } else if (header.entry >= ebootAddress) {
    return fault(
      FaultNumber.TruncatedImage,
      "the file holds Arduino's boot loader alone, the sketch behind it is missing",
    );
  } else if (it.target.boot === "eboot") {
    return fault(
      FaultNumber.WrongKind,
      "the image has no eboot and sketch in it; writing it over the boot loader would leave a board that does not start",
    );
  }
  return it.target.inSlot ? undefined : judgeTail(it);
}

/** An E9 image at `start`: segments, entry and checksum. @returns its end (behind the checksum) or what is wrong */
export function judgePart(it: Inspection, header: EspHeader, start: number): number | Fault {
  const segments = it.result.segments;
  const first = start + header.length;
  const end = walkSegments(it.tools, it.source, header, first, header.segmentCount, segments);
  if (typeof end !== "number") return end;
  const length = checksumOffset(end) + 1;
  let seed = checksumSeed;
  if (start === sketchOffset && fileLength(it) === length)
    seed = xorOf(it.tools, it.source, crcOffset, 8, seed);
  return judgeEntry(header, segments) ?? judgeChecksum(it, segments, end, seed) ?? length;
}

function judgeSketch(it: Inspection): Fault | undefined {
  const header = parseEsp8266Header(it.tools.bytes, it.source.read(sketchOffset, 8));
  it.result.kind = "arduino";
  it.result.header = header;
  it.result.segments = [];
  const wrong = judgeEspHeader(header, it.target);
  if (wrong !== undefined) return wrong;
  const end = judgePart(it, header, sketchOffset);
  if (typeof end !== "number") return end;
  it.result.imageLength = end;
  return judgeFileCrc(it);
}

/** The length that the file carries; old cores have code at this place. */
function fileLength(it: Inspection): number {
  return crcOffset + 8 > it.source.size ? 0 : u32(it.tools.bytes, it.source.read(crcOffset, 8), 0);
}

/** The CRC covers the file as built; a signature appended later is outside. Old cores wrote none: then no verdict. */
function judgeFileCrc(it: Inspection): Fault | undefined {
  const bytes = it.tools.bytes;
  const length = fileLength(it);
  if (length !== it.result.imageLength) return undefined;
  const stored = u32(bytes, it.source.read(crcOffset, 8), 4);
  let crc = crcMsbStart;
  for (let at = 0; at < length; at += pieceLength) {
    const piece = it.source.read(at, Math.min(pieceLength, length - at));
    crc = crcMsb(bytes, crc, at === sketchOffset ? withoutCrc(bytes, piece) : piece);
  }
  if (crc === stored) {
    it.result.hashChecked = true;
    return undefined;
  }
  // A slot holds the running flash mode in byte 2 instead of the file's, see Updater.cpp: its CRC need not match.
  if (it.target.inSlot) return undefined;
  return corrupt(`the file's CRC is ${hexText(stored, 8)}, its bytes give ${hexText(crc, 8)}`);
}

function withoutCrc(bytes: Bytes, piece: Chunk): Chunk {
  const zeros = bytes.fromText(u32Text(0) + u32Text(0));
  const at = crcOffset - sketchOffset;
  return bytes.join(bytes.join(piece.slice(0, at), zeros), piece.slice(at + 8));
}

export const v2Magic = 0xea;
/** Header byte 1 is always 4, whatever number of segments follows. */
export const v2Segments = 4;
/** The outer header and the header of the irom segment. */
export const v2HeadLength = 16;

/** The outer header: `EA 04 mode slot entry`, then the irom segment's header with address 0. */
export function judgeV2Header(bytes: Bytes, head: Chunk): Fault | undefined {
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
export function judgeV2Body(it: Inspection): Fault | undefined {
  const bytes = it.tools.bytes;
  const source = it.source;
  const outer = source.read(0, v2HeadLength);
  const iromLength = u32(bytes, outer, 12);
  const inner = v2HeadLength + iromLength;
  if (inner + esp8266HeaderLength > source.size)
    return fault(
      FaultNumber.TruncatedImage,
      `the user image's first segment ends at byte ${inner}, but there are ${source.size}`,
    );
  it.result.segments.push({ address: 0, offset: v2HeadLength, length: iromLength });
  const head = source.read(inner, esp8266HeaderLength);
  if (bytes.at(head, 0) !== espMagic)
    return corrupt("behind the user image's first segment no second header follows");
  const header = parseEsp8266Header(bytes, head);
  const wrong = judgeEspHeader(header, it.target);
  if (wrong !== undefined) return wrong;
  if (header.entry !== u32(bytes, outer, 4))
    return corrupt("the user image's two headers name different entry points");
  it.result.header = header;
  const segments: Segment[] = [];
  const end = walkSegments(it.tools, source, header, inner + header.length, header.segmentCount, segments);
  if (typeof end !== "number") return end;
  const badSum = judgeChecksum(it, segments, end, checksumSeed);
  if (badSum !== undefined) return badSum;
  for (let i = 0; i < segments.length; i++) it.result.segments.push(segments[i]);
  return judgeV2Crc(it, checksumOffset(end) + 1);
}

/**
 * The trailer has two dialects: gen_appbin under Python 2 (and esptool) turn a CRC with its top bit set over, Espruino's
 * Python 3 port always adds 1. Boot loaders do not read it, so a missing one is not a fault in a slot.
 */
function judgeV2Crc(it: Inspection, end: number): Fault | undefined {
  it.result.imageLength = end;
  // rBoot's images have none.
  if (it.target.inSlot || end === it.source.size) return undefined;
  if (end + 4 > it.source.size)
    return fault(FaultNumber.TruncatedImage, "the user image ends inside its CRC");
  const crc = it.tools.crypto.crc32(it.source.read(0, end));
  const stored = u32(it.tools.bytes, it.source.read(end, 4), 0);
  const plusOne = (crc + 1) >>> 0;
  const turned = (crc ^ 0xffffffff) >>> 0;
  if (stored !== plusOne && !(crc >= 0x80000000 && stored === turned))
    return corrupt(`the user image's CRC is ${hexText(stored, 8)}, its bytes give ${hexText(plusOne, 8)}`);
  it.result.hashChecked = true;
  it.result.imageLength = end + 4;
  return judgeTail(it);
}
