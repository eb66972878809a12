import { type Fault, FaultNumber, fault } from "../errors.js";
import { crcMsb, crcMsbStart } from "../flash/crc-msb.js";
import { hexText } from "../hex.js";
import type { Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";
import { type EspHeader, espMagic, judgeEspHeader, parseEsp8266Header, type Segment } from "./esp-header.js";
import type { ImageJudgement } from "./judgement.js";
import { checksumOffset, checksumSeed, judgeChecksum, judgeEntry, walkSegments } from "./segments.js";
import { type ByteSource, type ImageTools, pieceLength, xorOf } from "./source.js";
import { judgeTail } from "./tail.js";
import type { ImageTarget } from "./target.js";

/** eboot fills the first sector; the sketch's own image starts here (tools/elf2bin.py). */
export const sketchOffset = 0x1000;
/** eboot runs from the last 4 KB of instruction RAM, where no sketch is ever linked to (bootloaders/eboot/eboot.ld). */
const ebootAddress = 0x4010f000;
/**
 * Two words at the start of the sketch's first segment: length of the file and its CRC. The linker leaves them zero,
 * elf2bin fills them in after it has made the segments' checksum.
 */
const crcOffset = 0x1010;

/** An E9 image at `start`: segments, entry and checksum; returns its end (behind the checksum) or what is wrong. */
function judgePart(
  tools: ImageTools,
  source: ByteSource,
  header: EspHeader,
  start: number,
  segments: Segment[],
): number | Fault {
  const end = walkSegments(tools, source, header, start + header.length, header.segmentCount, segments);
  if (typeof end !== "number") return end;
  const length = checksumOffset(end) + 1;
  let seed = checksumSeed;
  if (start === sketchOffset && fileLength(tools, source) === length)
    seed = xorOf(tools, source, crcOffset, 8, seed);
  const wrong = judgeEntry(header, segments) ?? judgeChecksum(tools, source, segments, end, seed);
  return wrong ?? length;
}

/** What the file says its length is; old cores have code at this place. */
function fileLength(tools: ImageTools, source: ByteSource): number {
  return crcOffset + 8 > source.size ? 0 : u32(tools.bytes, source.read(crcOffset, 8), 0);
}

/** Judges an image v1, with Arduino's sketch behind eboot where there is one. */
export function judgeEsp8266Body(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const header = result.header;
  if (header === undefined) return undefined;
  const end = judgePart(tools, source, header, 0, result.segments);
  if (typeof end !== "number") return end;
  result.imageLength = end;
  const hasSketch =
    end <= sketchOffset &&
    source.size >= sketchOffset + header.length &&
    tools.bytes.at(source.read(sketchOffset, 1), 0) === espMagic;
  if (hasSketch) {
    const wrong = judgeSketch(tools, source, target, result);
    if (wrong !== undefined) return wrong;
  } else if (header.entry >= ebootAddress) {
    return fault(
      FaultNumber.TruncatedImage,
      "the file holds Arduino's boot loader alone, the sketch behind it is missing",
    );
  } else if (target.boot === "eboot") {
    return fault(
      FaultNumber.WrongKind,
      "the image has no eboot and sketch in it; writing it over the boot loader would leave a board that does not start",
    );
  }
  return target.inSlot ? undefined : judgeTail(tools, source, result);
}

function judgeSketch(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const head = source.read(sketchOffset, 8);
  const header = parseEsp8266Header(tools.bytes, head);
  result.kind = "arduino";
  result.header = header;
  result.segments = [];
  const wrong = judgeEspHeader(header, target);
  if (wrong !== undefined) return wrong;
  const end = judgePart(tools, source, header, sketchOffset, result.segments);
  if (typeof end !== "number") return end;
  result.imageLength = end;
  return judgeFileCrc(tools, source, target, result);
}

/** The CRC covers the file as built; a signature appended later is outside. Old cores wrote none: then no verdict. */
function judgeFileCrc(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const length = fileLength(tools, source);
  if (length !== result.imageLength) return undefined;
  const stored = u32(tools.bytes, source.read(crcOffset, 8), 4);
  let crc = crcMsbStart;
  for (let at = 0; at < length; at += pieceLength) {
    let piece = source.read(at, Math.min(pieceLength, length - at));
    if (at === sketchOffset) piece = withoutCrc(tools, piece);
    crc = crcMsb(tools.bytes, crc, piece);
  }
  if (crc === stored) {
    result.hashChecked = true;
    return undefined;
  }
  // A slot holds the running flash mode in byte 2 instead of the file's, see Updater.cpp: its CRC need not match.
  if (target.inSlot) return undefined;
  return fault(
    FaultNumber.CorruptImage,
    `the file's CRC is ${hexText(stored, 8)}, its bytes give ${hexText(crc, 8)}`,
  );
}

function withoutCrc(tools: ImageTools, piece: Chunk): Chunk {
  const zeros = tools.bytes.fromText(u32Text(0) + u32Text(0));
  const at = crcOffset - sketchOffset;
  return tools.bytes.join(tools.bytes.join(piece.slice(0, at), zeros), piece.slice(at + 8));
}
