import { createHash } from "node:crypto";
import { isTrailer, releaseDigest, trailerHeadLength, trailerLength } from "../../core/bundle/trailer.js";
import { nodeBytes } from "../../node/bytes.js";

/** A file as `sluice sign` writes it, in its two parts. */
export interface ReleaseFile {
  readonly image: Uint8Array;
  /** core/bundle/trailer.ts; undefined: the file is not signed. */
  readonly trailer: Uint8Array | undefined;
}

export function splitRelease(file: Uint8Array): ReleaseFile {
  const end = file.length - trailerLength;
  const isSigned = end > 0 && isTrailer(nodeBytes, file.subarray(end, end + trailerHeadLength), end);
  if (!isSigned) return { image: file, trailer: undefined };
  return { image: file.subarray(0, end), trailer: file.subarray(end) };
}

/** `releaseDigest` of an image in memory, binary text. */
export function imageDigest(image: Uint8Array): string {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.length);
  return releaseDigest(sha256Text, image.length, (offset, length) =>
    bytes.toString("latin1", offset, offset + length),
  );
}

/** Binary text both ways. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text, "latin1").digest().toString("latin1");
}
