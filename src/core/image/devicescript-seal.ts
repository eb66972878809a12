import { type Fault, FaultNumber, fault } from "../errors.js";
import { hexText } from "../hex.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";
import type { ImageJudgement } from "./judgement.js";
import type { ByteSource, ImageTools } from "./source.js";

/**
 * DeviceScript's format has no checksum: a byte changed in the code runs, wrongly. `sluice build` therefore puts a seal
 * behind the bytecode: "SluiceDS", u32 length of what is sealed, u32 format, SHA-256, zeros. The runtime looks at the
 * sections only and passes over it.
 */
export const sealMagic = "SluiceDS";
export const sealFormat = 1;
/** Bytes; two of the pieces that a deploy is made of. */
export const sealLength = 64;
const hashOffset = 16;
const hashLength = 32;

/** Compares the seal's SHA-256 where the runtime has one. */
export function judgeSeal(tools: ImageTools, source: ByteSource, result: ImageJudgement): Fault | undefined {
  const bytes = tools.bytes;
  const seal = source.read(result.imageLength, sealLength);
  if (
    bytes.toText(seal.slice(0, 8)) !== sealMagic ||
    u32(bytes, seal, 8) !== result.imageLength ||
    u32(bytes, seal, 12) !== sealFormat ||
    !isZero(bytes, seal, hashOffset + hashLength)
  )
    return fault(
      FaultNumber.CorruptImage,
      "what follows the bytecode is no seal of sluice build, or damaged",
    );
  result.sha256 = hexOf(bytes, seal.slice(hashOffset, hashOffset + hashLength));
  if (tools.crypto.sha256Hex === undefined) return undefined;
  if (tools.crypto.sha256Hex(source.read(0, result.imageLength)) !== result.sha256)
    return fault(
      FaultNumber.CorruptImage,
      "the bytecode's SHA-256 is not the one of its seal: it is damaged",
    );
  result.hashChecked = true;
  return undefined;
}

function isZero(bytes: Bytes, chunk: Chunk, from: number): boolean {
  for (let i = from; i < chunk.length; i++) if (bytes.at(chunk, i) !== 0) return false;
  return true;
}

function hexOf(bytes: Bytes, chunk: Chunk): string {
  let text = "";
  for (let i = 0; i < chunk.length; i++) text += hexText(bytes.at(chunk, i), 2);
  return text;
}
