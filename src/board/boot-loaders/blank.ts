import type { NorFlash } from "../nor-flash.js";

/** Whether the erase block at this offset from the start of the chip reads FF throughout. */
export function isBlankBlock(flash: NorFlash, offset: number): boolean {
  return flash.frozenBlockAt(flash.base + offset).every((byte) => byte === 0xff);
}
