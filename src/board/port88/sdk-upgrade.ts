import {
  flagSectorLength,
  makeFlagSector,
  makeUserParams,
  paramsChecksum,
  parseFlagSector,
  parseUserParams,
  userParamsLength,
} from "../../core/flash/user-params.js";
import { parameterSectors } from "../../core/flash/user-slots.js";
import { nodeBytes } from "../../node/bytes.js";
import type { NorFlash } from "../nor-flash.js";

/**
 * How the SDK writes its parameters. Sources disagree: ESP8266_RTOS_SDK and the boot loader write the copy that does not
 * count and then say that it does, esp-open-rtos writes over the one that counts.
 */
export type ParamStyle = "other-copy" | "in-place";

const sectorLength = 4096;
/** Bytes that the flag sector's checksums cover. */
const checkedLength = 28;

/** The vendor's system_upgrade_* functions on a chip that runs user1 (0) or user2 (1). */
export class SdkUpgrade {
  #finished = false;

  constructor(
    private readonly flash: NorFlash,
    private readonly running: 0 | 1,
    private readonly style: ParamStyle = "other-copy",
  ) {}

  /** system_upgrade_userbin_check */
  userBin(): 0 | 1 {
    return this.running;
  }

  /** system_upgrade_flag_set(UPGRADE_FLAG_FINISH): a variable in RAM. */
  finish(): void {
    this.#finished = true;
  }

  /**
   * The first half of system_upgrade_reboot: the other image is written down as the one to start. The restart is the
   * caller's. Nothing happens unless the flag was set.
   * @returns whether to restart
   */
  switchOver(): boolean {
    if (!this.#finished) return false;
    const first = parameterSectors(this.flash.size);
    const flags = parseFlagSector(nodeBytes, this.flash.read(first + 3 * sectorLength, flagSectorLength));
    const active = flags.copy;
    const sector = this.flash.read(first + (1 + active) * sectorLength, sectorLength);
    const params = parseUserParams(nodeBytes, sector.slice(0, userParamsLength));
    const next = { ...params, useBin: 1 - this.running, bootStatus: 1, enhance: 1 };
    sector.set(Buffer.from(nodeBytes.toText(makeUserParams(nodeBytes, next)), "latin1"));
    const target = this.style === "in-place" ? active : 1 - active;
    this.#rewrite(first + (1 + target) * sectorLength, sector);
    if (this.style === "in-place") return true;
    const checksums = [...flags.checksums];
    checksums[target] = paramsChecksum(nodeBytes, sector, checkedLength);
    const made = makeFlagSector(nodeBytes, {
      copy: target,
      writeCount: (flags.writeCount + 1) >>> 0,
      checkLengths: [checkedLength, checkedLength],
      checksums,
    });
    this.#rewrite(first + 3 * sectorLength, Buffer.from(nodeBytes.toText(made), "latin1"));
    return true;
  }

  #rewrite(address: number, bytes: Uint8Array): void {
    this.flash.eraseBlockAt(address);
    this.flash.program(address, bytes);
  }
}
