import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { judgeBytes } from "../../image/judge-file.js";

/** The first bytes of a DeviceScript program. */
const magic = "DevS";

export function looksLikeProgram(image: Uint8Array): boolean {
  return Buffer.from(image.subarray(0, magic.length)).toString("latin1") === magic;
}

/** What a runtime would refuse is refused before a board is asked. @throws SluiceError with the judge's code */
export function judgeProgram(image: Uint8Array): void {
  const { outer, fault } = judgeBytes(image, anyTarget);
  if (fault !== undefined) throw new SluiceError(fault.code, `${fault.text}.`);
  if (outer.kind !== "devicescript")
    throw new SluiceError(
      "WRONG_KIND",
      `That is no DeviceScript program but an image of kind ${outer.kind}.`,
    );
}
