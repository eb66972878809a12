import { type Fault, FaultNumber, fault } from "../errors.js";
import { imageHeadLength, judgeHead, judgeImage } from "../image/judge.js";
import { walkSegments } from "../image/segments.js";
import type { ByteSource, ImageTools } from "../image/source.js";
import type { ImageTarget } from "../image/target.js";

/** Judges an image where it lies in flash, after it has been compared with what was received. */
export type StoredJudge = (tools: ImageTools, source: ByteSource, target: ImageTarget) => Fault | undefined;

/** Everything: segments, checksum, appended hash. For runtimes that can look at every byte. */
export function judgeWhole(tools: ImageTools, source: ByteSource, target: ImageTarget): Fault | undefined {
  return judgeImage(tools, source, target).fault;
}

/**
 * Headers and segments only: for interpreters, where a checksum over a megabyte takes minutes. Checksum and hash are
 * left to the chip's boot loader, which computes both at every start and keeps to the old slot when they are wrong.
 */
export function judgeStructure(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
): Fault | undefined {
  const length = Math.min(imageHeadLength, source.size);
  const judged = judgeHead(tools, source.read(0, length), source.size, target);
  if (judged.fault !== undefined) return judged.fault;
  const header = judged.header;
  if (header === undefined) return fault(FaultNumber.WrongKind, `${judged.kind} is not firmware`);
  const end = walkSegments(tools, source, header, header.length, header.segmentCount, []);
  return typeof end === "number" ? undefined : end;
}
