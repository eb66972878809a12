import { type Fault, FaultNumber, fault } from "../errors.js";
import type { ImageJudgement } from "../image/judgement.js";
import type { ByteSource, ImageTools } from "../image/source.js";
import type { Chunk } from "../ports.js";
import { appHeaderLength, parseAppHeader } from "./header.js";
import { isTrailer, trailerHeadLength, trailerLength } from "./trailer.js";

/** Judges the header of an app bundle and whether the file is as long as the header states. */
export function judgeBundleHead(
  tools: ImageTools,
  head: Chunk,
  size: number,
  result: ImageJudgement,
): Fault | undefined {
  const header = parseAppHeader(tools.bytes, tools.crypto.crc32, head);
  if (typeof header === "string") return fault(FaultNumber.CorruptBundle, header);
  result.bundle = header;
  result.imageLength = appHeaderLength + header.payloadLength;
  // What follows is looked at with the body.
  result.signed = size === result.imageLength + trailerLength;
  if (result.signed || result.imageLength === size) return undefined;
  return fault(
    FaultNumber.CorruptBundle,
    `the bundle should have ${result.imageLength} bytes by its header, it has ${size}`,
  );
}

/** Compares the code's CRC-32, and its SHA-256 where the runtime has one. */
export function judgeBundleBody(
  tools: ImageTools,
  source: ByteSource,
  result: ImageJudgement,
): Fault | undefined {
  const header = result.bundle;
  if (header === undefined) return undefined;
  const payload = source.read(appHeaderLength, header.payloadLength);
  const length = result.imageLength;
  if (result.signed && !isTrailer(tools.bytes, source.read(length, trailerHeadLength), length))
    return fault(FaultNumber.CorruptBundle, "what follows the bundle is not its signature");
  if (tools.crypto.crc32(payload) !== header.payloadCrc)
    return fault(FaultNumber.CorruptBundle, "the bundle's CRC does not match its code");
  result.sha256 = header.payloadSha256;
  if (tools.crypto.sha256Hex === undefined) return undefined;
  if (tools.crypto.sha256Hex(payload) !== header.payloadSha256)
    return fault(FaultNumber.CorruptBundle, "the bundle's SHA-256 does not match its code");
  result.hashChecked = true;
  return undefined;
}
