import { createHash } from "node:crypto";
import { judgeImage } from "../../core/image/judge.js";
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
  const whole = judgeImage(bootTools, source, { ...target, inSlot: true });
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
