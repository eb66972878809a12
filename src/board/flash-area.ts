import type { Flash } from "../core/ports.js";
import type { NorFlash } from "./nor-flash.js";

/**
 * The core's flash port on an area of a chip. Offsets count from the start of the area; reading gives a Uint8Array.
 * @param address of the area on the chip
 * @param size bytes, a whole number of blocks
 */
export function flashArea(flash: NorFlash, address: number, size: number): Flash {
  const inside = (offset: number, length: number): void => {
    if (offset < 0 || length < 0 || offset + length > size)
      throw new RangeError(`offset ${offset} + ${length} is outside the area of ${size} bytes`);
  };
  return {
    status: () => ({ size, blockLength: flash.blockLength, blocks: size / flash.blockLength }),
    read: (length, offset) => {
      inside(offset, length);
      return flash.read(address + offset, length);
    },
    write: (bytes, offset) => {
      if (!(bytes instanceof Uint8Array)) throw new TypeError("flash takes a Uint8Array");
      inside(offset, bytes.length);
      flash.program(address + offset, bytes);
    },
    eraseBlock: (start, end) => {
      inside(start * flash.blockLength, (end - start) * flash.blockLength);
      for (let block = start; block < end; block++) flash.eraseBlockAt(address + block * flash.blockLength);
    },
  };
}
