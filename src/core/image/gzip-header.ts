import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";
import { corrupt } from "./judgement.js";
import type { ByteSource, ImageTools } from "./source.js";

/** RFC 1952: ten bytes of header, at least two of deflate, CRC and length of the inflated bytes. */
export const gzipHeaderLength = 10;
const gzipMinimum = 20;

export function isGzip(bytes: Bytes, head: Chunk): boolean {
  return head.length >= 2 && bytes.at(head, 0) === 0x1f && bytes.at(head, 1) === 0x8b;
}

/** What is wrong in the ten header bytes; eboot's inflater wants deflate and no reserved flag. */
export function judgeGzipHeader(bytes: Bytes, head: Chunk, size: number): Fault | undefined {
  if (size < gzipMinimum || head.length < gzipHeaderLength)
    return fault(FaultNumber.TruncatedImage, "the gzip file is cut short");
  if (bytes.at(head, 2) !== 8) return corrupt(`the gzip file's method ${bytes.at(head, 2)} is not deflate`);
  if ((bytes.at(head, 3) & 0xe0) !== 0) return corrupt("the gzip header has reserved flags set");
  return undefined;
}

/** Length once inflated, from the last four bytes (modulo 4 GB); what eboot reserves and erases. */
export function gzipInflatedSize(tools: ImageTools, source: ByteSource): number {
  return source.size < gzipMinimum ? 0 : u32(tools.bytes, source.read(source.size - 4, 4), 0);
}

/** Whether the inflated image still fits; known only once the last bytes are there. */
export function judgeInflatedSize(inflated: number, room: number): Fault | undefined {
  if (room === 0 || inflated <= room) return undefined;
  return {
    number: FaultNumber.Space,
    code: "NOT_ENOUGH_SPACE",
    text: `Not Enough Space: inflated the image has ${inflated} bytes, there is room for ${room}`,
  };
}
