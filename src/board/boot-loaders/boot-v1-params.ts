import {
  makeUserParams,
  parseUserParams,
  type UserParams,
  userParamsLength,
} from "../../core/flash/user-params.js";
import { nodeBytes } from "../../node/bytes.js";
import type { SpiRom } from "./spi-rom.js";

const sectorLength = 4096;
const flagBytes = 4;

/** boot_v1.x's view of the last four sectors: which copy of the parameters counts, and how it changes them. */
export class BootParams {
  /** @param sector number of the first of the four (RF data, copy 0, copy 1, flag) */
  constructor(
    private readonly rom: SpiRom,
    private readonly sector: number,
  ) {}

  /** Copy 0 when the flag sector starts with 0, copy 1 for everything else, blank flash too. */
  read(): UserParams {
    const address = (this.sector + 1 + this.#active()) * sectorLength;
    return parseUserParams(
      nodeBytes,
      this.rom.read(address, userParamsLength) ?? new Uint8Array(userParamsLength),
    );
  }

  /** Into the other copy, behind it what the SDK keeps there; then the flag sector names that copy. */
  save(params: UserParams): void {
    const active = this.#active();
    const other = 1 - active;
    const sector = this.#sector(1 + active);
    const flag = this.#sector(3).slice(0, flagBytes);
    const made = makeUserParams(nodeBytes, params);
    if (made instanceof Uint8Array) sector.set(made);
    flag[0] = other;
    this.#rewrite(1 + other, sector);
    // Four bytes only: the SDK's counters and checksums behind them are gone.
    this.#rewrite(3, flag);
  }

  #active(): 0 | 1 {
    return this.rom.read((this.sector + 3) * sectorLength, 1)?.[0] === 0 ? 0 : 1;
  }

  #sector(index: number): Uint8Array {
    return this.rom.read((this.sector + index) * sectorLength, sectorLength) ?? new Uint8Array(sectorLength);
  }

  #rewrite(index: number, bytes: Uint8Array): void {
    this.rom.eraseSector(this.sector + index);
    this.rom.write((this.sector + index) * sectorLength, bytes);
  }
}
