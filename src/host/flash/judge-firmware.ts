import type { ImageTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { judgeBytes } from "../../image/judge-file.js";

/**
 * @param elsewhere what would have room, for the end of a sentence
 * @throws SluiceError with the fault's code: WRONG_BOARD, NOT_ENOUGH_SPACE, CORRUPT_IMAGE, …
 */
export function judgeFirmware(what: string, bytes: Uint8Array, target: ImageTarget, elsewhere = ""): void {
  const { fault } = judgeBytes(bytes, target);
  if (fault === undefined) return;
  const room =
    fault.code === "NOT_ENOUGH_SPACE"
      ? `: ${bytes.length} bytes, there is room for ${target.room}${elsewhere && `; ${elsewhere}`}`
      : "";
  throw new SluiceError(fault.code, `The ${what} does not suit the board: ${fault.text}${room}.`);
}
