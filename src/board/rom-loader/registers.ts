import type { ChipFacts } from "./chip-facts.js";

const magicAddress = 0x40001000;
const userCommand = 1 << 18;
const readId = 0x9f;

/**
 * The chip's registers: what is written is read back, the rest reads 0. The one that acts is the SPI controller's
 * command register, with which a tool asks the flash chip for its id.
 */
export class Registers {
  readonly #words = new Map<number, number>();

  /** @param flashSize bytes, a power of two */
  constructor(
    private readonly chip: ChipFacts,
    private readonly flashSize: number,
  ) {
    this.#words.set(magicAddress, chip.magic);
  }

  read(address: number): number {
    return this.#words.get(address) ?? 0;
  }

  write(address: number, value: number, mask: number): void {
    const { base, user2, data } = this.chip.spi;
    if (address === base) {
      // Done at once: the command bit never reads set.
      if ((value & userCommand) !== 0 && (this.read(base + user2) & 0xff) === readId)
        this.#words.set(base + data, this.#flashId());
      return;
    }
    this.#words.set(address, ((this.read(address) & ~mask) | (value & mask)) >>> 0);
  }

  /** Winbond W25Q: EF 40 and log2 of the size. */
  #flashId(): number {
    return 0x40ef | (Math.log2(this.flashSize) << 16);
  }
}
