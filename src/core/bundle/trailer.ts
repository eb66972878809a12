import { type Fault, FaultNumber, fault } from "../errors.js";
import { clockIsSetFrom } from "../policy/policy.js";
import type { Chunk, Reader } from "../ports.js";
import { textField, u32 } from "../read.js";
import { slhKeyLength } from "./slh-dsa.js";

/**
 * A signed release: an image with this trailer behind it. All numbers little-endian, offsets and sizes in bytes.
 *
 *     0    4  magic "SLUS"
 *     4    1  format version, 1
 *     5    1  scheme: 1 SLH-DSA-SHA2-128s (FIPS 205)
 *     6    2  zero
 *     8    8  key id: first bytes of the SHA-256 of the public key
 *    16    4  release counter
 *    20    4  flags: bit 0 recall
 *    24    4  not after, seconds since 1970; 0: no limit
 *    28    4  zero
 *    32   32  next key: a public key that is trusted as well while this release runs; zero: none
 *    64   32  digest of everything in front (`releaseDigest`)
 *    96    4  length of that
 *   100    1  kind: 1 bundle, 2 firmware, 3 DeviceScript program
 *   101    1  board family (boards/board.ts chips); 0 fits every board of the engine
 *   102    2  zero
 *   104   24  name of the bundle or program, ASCII, padded with NUL; empty for firmware
 *   128 7856  signature over bytes 0..127, context "sluice release"
 */
export const trailerHeadLength = 128;
/** Head and signature (slh-dsa.ts). In figures: the bundler takes the sum of two names for code that has to run. */
export const trailerLength = 128 + 7856;
export const trailerMagic = "SLUS";

export const enum ReleaseKind {
  Bundle = 1,
  Firmware = 2,
  Program = 3,
}

/** What a trailer claims. Keys and digests are binary text, one character a byte. */
export interface Release {
  readonly keyId: string;
  readonly counter: number;
  /** May replace a newer release, or an application of another name. */
  readonly recall: boolean;
  /** Seconds since 1970; 0: no limit. */
  readonly notAfter: number;
  /** "": none. */
  readonly nextKey: string;
  readonly digest: string;
  readonly length: number;
  readonly kind: number;
  readonly family: number;
  readonly name: string;
}

/** What a release has to be about. */
export type ReleaseImage = Pick<Release, "kind" | "family" | "name" | "length">;

/** SHA-256, binary text both ways. */
export type Sha256 = (text: string) => string;

/** Reads the first 128 bytes of a trailer. @returns or what is wrong with them */
export function parseTrailer(bytes: Reader, head: Chunk): Release | string {
  if (head.length < trailerHeadLength || bytes.toText(head.slice(0, 4)) !== trailerMagic)
    return "no signature follows the image";
  if (bytes.at(head, 4) !== 1 || bytes.at(head, 5) !== 1)
    return `signature format ${bytes.at(head, 4)}, scheme ${bytes.at(head, 5)} is not known`;
  const nextKey = bytes.toText(head.slice(32, 64));
  let isKey = false;
  for (let i = 0; i < slhKeyLength && !isKey; i++) isKey = nextKey.charCodeAt(i) !== 0;
  return {
    keyId: bytes.toText(head.slice(8, 16)),
    counter: u32(bytes, head, 16),
    recall: (bytes.at(head, 20) & 1) === 1,
    notAfter: u32(bytes, head, 24),
    nextKey: isKey ? nextKey : "",
    digest: bytes.toText(head.slice(64, 96)),
    length: u32(bytes, head, 96),
    kind: bytes.at(head, 100),
    family: bytes.at(head, 101),
    name: textField(bytes, head, 104, 24),
  };
}

/** Whether a trailer of an image of `length` bytes begins like this. */
export function isTrailer(bytes: Reader, head: Chunk, length: number): boolean {
  return (
    head.length >= trailerHeadLength &&
    bytes.toText(head.slice(0, 4)) === trailerMagic &&
    u32(bytes, head, 96) === length
  );
}

/** Bytes that are hashed at a time. */
const pieceLength = 1024;

/**
 * The digest of an image: SHA-256 of the digest so far and the next 1,024 bytes, beginning with no digest, until all
 * bytes are in it. Engines whose SHA-256 takes all of its input at once have no memory for a firmware image at once.
 * @param read binary text
 */
export function releaseDigest(
  sha256: Sha256,
  length: number,
  read: (offset: number, length: number) => string,
): string {
  let digest = "";
  for (let at = 0; at < length; at += pieceLength)
    digest = sha256(digest + read(at, length - at < pieceLength ? length - at : pieceLength));
  return digest;
}

/** What is signed: a context and its length in front of the trailer's head (FIPS 205, 10.2.1). */
export function signedText(head: string): string {
  const context = "sluice release";
  return `\0${String.fromCharCode(context.length)}${context}${head}`;
}

/** The key of that id; "": it is not among them. */
export function keyOfId(sha256: Sha256, keys: readonly string[], id: string): string {
  for (const key of keys) if (sha256(key).slice(0, 8) === id) return key;
  return "";
}

/**
 * What is wrong with a release, apart from its digest and its signature.
 * @param image what it came with
 * @param running the release that runs where this one goes; undefined: none was signed
 * @param name of the application or agent that runs; "": none
 * @param wall seconds since 1970 by the board's clock
 */
export function judgeRelease(
  release: Release,
  image: ReleaseImage,
  running: Pick<Release, "counter"> | undefined,
  name: string,
  wall: number,
): Fault | undefined {
  if (
    release.kind !== image.kind ||
    release.family !== image.family ||
    release.name !== image.name ||
    release.length !== image.length
  )
    return fault(FaultNumber.WrongRelease, "the signature is another image's");
  if (release.notAfter > 0) {
    if (wall < clockIsSetFrom)
      return fault(FaultNumber.ClockNotSet, "clock not set, and the release expires");
    if (wall > release.notAfter) return fault(FaultNumber.ReleaseExpired, "the release has expired");
  }
  if (release.recall) return undefined;
  if (name !== "" && name !== image.name)
    return fault(FaultNumber.WrongRelease, `${name} runs here, and this is ${image.name}`);
  if (running !== undefined && release.counter < running.counter)
    return fault(FaultNumber.OlderRelease, `release ${release.counter}, and ${running.counter} runs`);
  return undefined;
}
