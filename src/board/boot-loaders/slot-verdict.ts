import { createHash } from "node:crypto";
import { judgeImage } from "../../core/image/judge.js";
import type { ImageJudgement } from "../../core/image/judgement.js";
import type { ByteSource, ImageTools } from "../../core/image/source.js";
import type { ImageTarget } from "../../core/image/target.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import type { SlotVerdict } from "./outcome.js";
import { xorBytes } from "./xor.js";

export const bootTools: ImageTools = {
  bytes: nodeBytes,
  crypto: nodeCrypto,
  xor: (chunk) => xorBytes(chunk, 0),
};

/**
 * Judges the image at the start of a slot from outside, by everything that its format carries.
 * @param target what the board needs; it is looked at as a slot's content
 */
export function slotVerdict(source: ByteSource, target: ImageTarget): SlotVerdict {
  const found = judgeImage(bootTools, source, { ...target, inSlot: true });
  const whole =
    found.fault === undefined && found.kind === "esp8266-v2" ? withTrailer(source, target, found) : found;
  if (whole.fault !== undefined)
    return { sound: false, fault: whole.fault, length: 0, md5: "", project: "", version: "" };
  const bytes = source.read(0, whole.imageLength);
  return {
    sound: true,
    fault: undefined,
    length: whole.imageLength,
    md5: bytes instanceof Uint8Array ? createHash("md5").update(bytes).digest("hex") : "",
    project: whole.descriptor?.project ?? "",
    version: whole.descriptor?.version ?? "",
  };
}

/** A user image's checksum leaves out its largest part; only the CRC behind it covers that. */
function withTrailer(source: ByteSource, target: ImageTarget, found: ImageJudgement): ImageJudgement {
  const size = Math.min(source.size, found.imageLength + 4);
  return judgeImage(bootTools, { size, read: source.read }, { ...target, inSlot: false, room: 0 });
}
