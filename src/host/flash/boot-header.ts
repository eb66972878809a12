import { createHash } from "node:crypto";
import type { Board } from "../../../boards/index.js";

export type FlashMode = "qio" | "qout" | "dio" | "dout";

const modeCodes: Readonly<Record<FlashMode, number>> = { qio: 0, qout: 1, dio: 2, dout: 3 };

/**
 * The boot loader with the board's flash settings in bytes 2 and 3 of its header, where the chip looks for them.
 * The builder's settings stand, except that a size smaller than the board's would stop the boot loader at its own
 * partition table.
 * @param mode stands above the usual one
 */
export function setFlashSettings(bootLoader: Uint8Array, board: Board, mode?: FlashMode): Uint8Array {
  const image = Uint8Array.from(bootLoader);
  if (mode !== undefined) image[2] = modeCodes[mode];
  const size = Math.log2(board.flashSize / 0x100000);
  if (image[3] >> 4 < size) image[3] = (size << 4) | (image[3] & 15);
  return rehashed(image, bootLoader);
}

/** The SHA-256 at the end of an ESP32 image covers its header too; the checksum does not. */
function rehashed(image: Uint8Array, before: Uint8Array): Uint8Array {
  if (image[23] !== 1 || Buffer.compare(image, before) === 0) return image;
  const end = image.length - 32;
  image.set(createHash("sha256").update(image.subarray(0, end)).digest(), end);
  return image;
}
