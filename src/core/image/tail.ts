import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import { u32 } from "../read.js";
import type { ImageJudgement } from "./judgement.js";
import { type ByteSource, type ImageTools, pieceLength } from "./source.js";

const sectorLength = 4096;
/** Secure boot v1 (ESP-IDF): u32 version 0 and 64 bytes of ECDSA signature directly behind the image. */
const secureBootV1Length = 68;
/** arduino-esp32 tools/bin_signing.py pads its signature to this. */
const arduinoEsp32SignatureLength = 512;

/**
 * Judges what follows the image proper: nothing, padding, or one of the signatures in use. Anything else is a file
 * that was put together wrongly, and a boot loader would not say so.
 */
export function judgeTail(tools: ImageTools, source: ByteSource, result: ImageJudgement): Fault | undefined {
  const rest = source.size - result.imageLength;
  if (rest === 0) return undefined;
  if (isSignature(tools, source, result.imageLength, rest)) {
    result.signed = true;
    return undefined;
  }
  for (let at = result.imageLength; at < source.size; at += pieceLength)
    if (!isPadding(tools, source.read(at, Math.min(pieceLength, source.size - at))))
      return fault(
        FaultNumber.CorruptImage,
        `${rest} bytes follow the end of the image and are neither padding nor a signature`,
      );
  return undefined;
}

function isPadding(tools: ImageTools, piece: Chunk): boolean {
  if (tools.bytes.isBlank(piece)) return true;
  for (let i = 0; i < piece.length; i++) if (tools.bytes.at(piece, i) !== 0) return false;
  return true;
}

function isSignature(tools: ImageTools, source: ByteSource, end: number, rest: number): boolean {
  // Arduino's ESP8266 signing: the signature, then its length as the last word.
  if (rest >= 4 && u32(tools.bytes, source.read(source.size - 4, 4), 0) === rest - 4) return rest > 4;
  if (rest === arduinoEsp32SignatureLength) return true;
  if (rest === secureBootV1Length) return u32(tools.bytes, source.read(end, 4), 0) === 0;
  // Secure boot v2: a sector of its own on the next 4 KB boundary, starting with E7 02 (RSA) or E7 03 (ECDSA).
  const sector = Math.ceil(end / sectorLength) * sectorLength;
  if (source.size - sector !== sectorLength) return false;
  const head = source.read(sector, 2);
  return tools.bytes.at(head, 0) === 0xe7 && (tools.bytes.at(head, 1) === 2 || tools.bytes.at(head, 1) === 3);
}
