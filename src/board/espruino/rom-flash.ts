/**
 * The ROM's idea of the flash chip on an ESP8266: `flashchip` (eagle.rom.addr.v6.ld) points to a structure whose second
 * word is the size in bytes. The SDK sets it from the flash map; the ROM's read and write functions refuse what ends
 * behind it. It lies in RAM, so whoever can poke can change it; a reset puts it right.
 */
export class RomFlash {
  size: number;

  /** @param wraps behind its end the chip begins anew; false where it is larger than anybody was told */
  constructor(
    size: number,
    readonly wraps = true,
  ) {
    this.size = size;
  }

  /** The word at an address of this structure or of the pointer to it; undefined anywhere else. */
  peek(address: number): number | undefined {
    if (address === flashchipPointer) return structure;
    return address === structure + 4 ? this.size : undefined;
  }

  poke(address: number, word: number): void {
    if (address === structure + 4) this.size = word >>> 0;
  }
}

const flashchipPointer = 0x3fffc714;
/** Where the ROM keeps the structure itself is its own affair; somewhere in its data. */
const structure = 0x3fffc718;
