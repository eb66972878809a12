import type { Chunk, Reader } from "../ports.js";
import { textField, u32 } from "../read.js";

/**
 * The app bundle (`*.app`): this header, then the code. All numbers little-endian, offsets and sizes in bytes.
 *
 *     0   4  magic "SLUA"
 *     4   1  format version, 1
 *     5   1  kind: 1 app, 2 agent
 *     6   1  engine: 1 Espruino, 2 DeviceScript, 3 XS
 *     7   1  board family (boards/board.ts chips); 0 fits every board of the engine
 *     8   4  header length, 256: the payload starts here
 *    12   4  payload length
 *    16   4  CRC-32 of the payload (what a loader can afford at every start)
 *    20   4  bytes of the payload that are evaluated at the start; 0: all of them
 *    24  32  SHA-256 of the payload
 *    56  24  name, ASCII, padded with NUL
 *    80  24  version, SemVer 2.0.0
 *   104  24  oldest agent version that this app runs with; empty: any
 *   128  48  safe pins: up to 16 times { pin u8, level u8 (0 or 1), reserved u8 }; a pin of 0xFF ends the list
 *   176  12  reserved, zero
 *   188   4  CRC-32 of bytes 0..187
 *   192  64  room for an Ed25519 signature over bytes 0..191 (which hold the payload's SHA-256); zero when unsigned
 */
export const appHeaderLength = 256;
export const appMagic = "SLUA";
export const appFormatVersion = 1;

export const enum BundleKind {
  App = 1,
  Agent = 2,
}

export const enum Engine {
  Espruino = 1,
  DeviceScript = 2,
  Xs = 3,
}

export interface SafePin {
  readonly pin: number;
  readonly level: number;
}

export interface AppHeader {
  readonly kind: number;
  readonly engine: number;
  readonly family: number;
  /** Bytes of code behind the header. */
  readonly payloadLength: number;
  readonly payloadCrc: number;
  /** Bytes of the payload that are evaluated at the start. What lies behind is loaded when it is needed. */
  readonly startLength: number;
  /** Lower-case hex. */
  readonly payloadSha256: string;
  readonly name: string;
  readonly version: string;
  readonly agentVersion: string;
  readonly safePins: SafePin[];
}

const hexDigits = "0123456789abcdef";

/** True when the first bytes are an app bundle's; four bytes suffice. */
export function isAppBundle(bytes: Reader, head: Chunk): boolean {
  return head.length >= 4 && bytes.toText(head.slice(0, 4)) === appMagic;
}

/**
 * Reads a header.
 * @param head the first 256 bytes at least
 * @returns the header, or one sentence about what is wrong with it
 */
export function parseAppHeader(
  bytes: Reader,
  crc32: (chunk: Chunk) => number,
  head: Chunk,
): AppHeader | string {
  if (head.length < appHeaderLength) return "bundle header is cut short";
  const magic = bytes.toText(head.slice(0, 4));
  if (magic !== appMagic) return "not an app bundle";
  if (bytes.at(head, 4) !== appFormatVersion) return `bundle format ${bytes.at(head, 4)} is not known`;
  if (crc32(head.slice(0, 188)) !== u32(bytes, head, 188)) return "bundle header is corrupt";
  if (u32(bytes, head, 8) !== appHeaderLength) return "bundle header has a strange length";
  let sha256 = "";
  for (let i = 24; i < 56; i++) {
    const value = bytes.at(head, i);
    sha256 += hexDigits.charAt(value >> 4) + hexDigits.charAt(value & 15);
  }
  // In variables: a board's stack is never deeper than here at its start (docs/size.md).
  const length = u32(bytes, head, 12);
  const payloadCrc = u32(bytes, head, 16);
  const startLength = u32(bytes, head, 20);
  const name = textField(bytes, head, 56, 24);
  const version = textField(bytes, head, 80, 24);
  const agentVersion = textField(bytes, head, 104, 24);
  const safePins: SafePin[] = [];
  for (let i = 128; i < 176 && bytes.at(head, i) !== 255; i += 3)
    safePins[safePins.length] = { pin: bytes.at(head, i), level: bytes.at(head, i + 1) };
  return {
    kind: bytes.at(head, 5),
    engine: bytes.at(head, 6),
    family: bytes.at(head, 7),
    payloadLength: length,
    payloadCrc: payloadCrc,
    startLength: startLength === 0 ? length : startLength,
    payloadSha256: sha256,
    name: name,
    version: version,
    agentVersion: agentVersion,
    safePins: safePins,
  };
}
