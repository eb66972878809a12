import { ChipId } from "../../core/image/chips.js";

type Range = readonly [start: number, end: number];

interface ChipMemory {
  /** Mapped by the flash cache: DROM, IROM. */
  readonly mapped: readonly Range[];
  /** Loadable: DRAM, IRAM and the RTC memories. */
  readonly ram: readonly Range[];
}

/** soc.h of each chip (ESP-IDF 4.4): SOC_DROM/IROM_LOW/HIGH, then DRAM, IRAM, RTC_IRAM, RTC_DRAM, RTC_DATA. */
const memories: Readonly<Record<number, ChipMemory>> = {
  [ChipId.Esp32]: {
    mapped: [
      [0x3f400000, 0x3f800000],
      [0x400d0000, 0x40400000],
    ],
    ram: [
      [0x3ffae000, 0x40000000],
      [0x40080000, 0x400a0000],
      [0x400c0000, 0x400c2000],
      [0x3ff80000, 0x3ff82000],
      [0x50000000, 0x50002000],
    ],
  },
  [ChipId.Esp32c3]: {
    mapped: [
      [0x3c000000, 0x3c800000],
      [0x42000000, 0x42800000],
    ],
    ram: [
      [0x3fc80000, 0x3fce0000],
      [0x4037c000, 0x403e0000],
      [0x50000000, 0x50002000],
    ],
  },
  [ChipId.Esp32s3]: {
    mapped: [
      [0x3c000000, 0x3d000000],
      [0x42000000, 0x44000000],
    ],
    ram: [
      [0x3fc88000, 0x3fd00000],
      [0x40370000, 0x403e0000],
      [0x600fe000, 0x60100000],
      [0x50000000, 0x50002000],
    ],
  },
};

/** Below this, addresses stand for padding and are not loaded (esp_image_format.c, should_load). */
const firstLoadable = 0x10000000;

export function isMapped(chip: number, address: number): boolean {
  return memories[chip]?.mapped.some(([start, end]) => address >= start && address < end) ?? false;
}

/**
 * Whether the boot loader accepts a segment for these addresses (verify_load_addresses). The areas that it keeps for
 * itself differ from build to build and are not modelled.
 */
export function mayLoad(chip: number, address: number, length: number): boolean {
  if (length === 0 || address < firstLoadable || isMapped(chip, address)) return true;
  const last = address + length - 1;
  const ranges = memories[chip]?.ram ?? [];
  return ranges.some(([start, end]) => address >= start && last < end);
}
