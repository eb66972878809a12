import { constants, inflateSync } from "node:zlib";
import type { NorFlash } from "../../../src/board/nor-flash.js";

/** A write of consecutive packets to the flash chip, as FLASH_BEGIN or FLASH_DEFL_BEGIN announced it. */
export class FlashWriter {
  readonly #packed: Buffer[] = [];
  #written = 0;
  #next = 0;
  #erasedTo: number;

  /**
   * @param size bytes that will be written, and so erased
   * @param packets how many will come
   * @param eraseAhead erase all at once, as the ROM does; else block by block as the stub does
   */
  constructor(
    private readonly flash: NorFlash,
    private readonly offset: number,
    private readonly size: number,
    private readonly packets: number,
    private readonly deflated: boolean,
    eraseAhead: boolean,
  ) {
    this.#erasedTo = offset;
    if (eraseAhead) this.#eraseTo(offset + size);
  }

  /** Whether the area lies on the chip and begins where an erase block does. */
  static fits(flash: NorFlash, offset: number, size: number): boolean {
    return offset % flash.blockLength === 0 && offset + size <= flash.end;
  }

  /** @returns false when the packet is not the next one, or cannot be inflated. One that was taken before is no harm. */
  take(sequence: number, data: Buffer): boolean {
    if (sequence === this.#next - 1) return true;
    if (sequence !== this.#next || sequence >= this.packets) return false;
    if (!this.deflated) this.#program(data.subarray(0, Math.max(0, this.size - this.#written)));
    else if (!this.#inflate(data)) return false;
    this.#next++;
    return true;
  }

  #inflate(data: Buffer): boolean {
    this.#packed.push(data);
    try {
      const plain = inflateSync(Buffer.concat(this.#packed), { finishFlush: constants.Z_SYNC_FLUSH });
      if (plain.length > this.size) return false;
      this.#program(plain.subarray(this.#written));
      return true;
    } catch {
      this.#packed.pop();
      return false;
    }
  }

  #program(data: Uint8Array): void {
    const start = this.offset + this.#written;
    this.#eraseTo(start + data.length);
    this.flash.program(start, data);
    this.#written += data.length;
  }

  #eraseTo(end: number): void {
    for (; this.#erasedTo < end; this.#erasedTo += this.flash.blockLength)
      if (!this.flash.isBlank(this.#erasedTo, this.flash.blockLength))
        this.flash.eraseBlockAt(this.#erasedTo);
  }
}
