import type { NorFlash } from "../nor-flash.js";

/**
 * The ESP8266 ROM's flash routines. Each answers false where the original answers an error, which it does for
 * addresses behind the end of the chip.
 */
export class SpiRom {
  constructor(readonly flash: NorFlash) {}

  /** The bytes, or undefined on an error. */
  read(address: number, length: number): Uint8Array | undefined {
    return this.#inside(address, length) ? this.flash.read(this.flash.base + address, length) : undefined;
  }

  eraseSector(sector: number): boolean {
    const address = sector * this.flash.blockLength;
    if (!this.#inside(address, this.flash.blockLength)) return false;
    this.flash.eraseBlockAt(this.flash.base + address);
    return true;
  }

  /** Programs page by page, blank pages too. */
  write(address: number, bytes: Uint8Array): boolean {
    if (!this.#inside(address, bytes.length)) return false;
    this.flash.program(this.flash.base + address, bytes);
    return true;
  }

  #inside(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.flash.size;
  }
}
