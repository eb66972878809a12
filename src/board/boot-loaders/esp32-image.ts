import { createHash } from "node:crypto";
import { type FlashView, xorBytes } from "./flash-view.js";

const headerLength = 24;
const maxSegments = 16;
const maxSegmentLength = 0x1000000;
const mapPage = 0x10000;
const hashLength = 32;

type Range = readonly [start: number, end: number];

interface ChipMemory {
  /** Mapped by the flash cache: DROM, IROM. */
  readonly mapped: readonly Range[];
  /** Loadable: DRAM, IRAM and the RTC memories. */
  readonly ram: readonly Range[];
}

/**
 * soc.h of each chip (ESP-IDF 4.4), by the chip's number in the image header: SOC_DROM/IROM_LOW/HIGH, then DRAM, IRAM,
 * RTC_IRAM, RTC_DRAM, RTC_DATA.
 */
const memories: Readonly<Record<number, ChipMemory>> = {
  // ESP32
  0: {
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
  // ESP32-C3
  5: {
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
  // ESP32-S3
  9: {
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

function isMapped(chip: number, address: number): boolean {
  return memories[chip]?.mapped.some(([start, end]) => address >= start && address < end) ?? false;
}

/**
 * Whether the boot loader accepts a segment for these addresses (verify_load_addresses). The areas that it keeps for
 * itself differ from build to build and are not modelled.
 */
function mayLoad(chip: number, address: number, length: number): boolean {
  if (length === 0 || address < firstLoadable || isMapped(chip, address)) return true;
  const last = address + length - 1;
  const ranges = memories[chip]?.ram ?? [];
  return ranges.some(([start, end]) => address >= start && last < end);
}

/**
 * Loads an image as ESP-IDF v4.4 does (esp_image_format.c, image_load with validation), in its order and with its
 * gaps: the entry point, the flash settings and the padding are not looked at, and without an appended hash neither are
 * the segment headers.
 * @param slot from the slot's start up to the end of the chip: segments are not confined to the partition
 * @param room bytes of the partition
 * @param address of the slot, for the cache's 64 KB pages
 * @param chip number in the image header
 * @param revision of the chip, major * 100 + minor; below 0 it counts as new enough for everything
 * @returns bytes of the image, or why it does not start
 */
export function loadEsp32(
  slot: FlashView,
  room: number,
  address: number,
  chip: number,
  revision: number,
): number | string {
  if (slot.size < headerLength) return "the slot ends before an image header";
  const header = slot.read(0, headerLength);
  if (header[0] !== 0xe9) return "invalid magic byte (nothing flashed here?)";
  const madeFor = header.readUInt16LE(12);
  if (madeFor !== chip) return `mismatch chip ID, expected ${chip}, found ${madeFor}`;
  // Builds before ESP-IDF 4.4.3 fill in the major revision at offset 14 only.
  const minRevision = header.readUInt16LE(15) || header[14] * 100;
  if (revision >= 0 && revision < minRevision) return "can't run on lower chip revision";
  const count = header[1];
  if (count > maxSegments) return `segment count ${count} exceeds max ${maxSegments}`;
  let position = headerLength;
  let checksum = 0xef;
  for (let index = 0; index < count; index++) {
    if (position + 8 > slot.size) return "flash read failed";
    const segment = slot.read(position, 8);
    const target = segment.readUInt32LE(0);
    const length = segment.readUInt32LE(4);
    position += 8;
    if (length % 4 !== 0 || length >= maxSegmentLength)
      return `invalid segment length 0x${length.toString(16)}`;
    if (isMapped(chip, target) && (address + position) % mapPage !== target % mapPage)
      return `segment ${index} load address 0x${target.toString(16)} doesn't match data`;
    if (!mayLoad(chip, target, length)) return `segment ${index} invalid: bad load address range`;
    if (position + length > slot.size) return "flash read failed";
    checksum = xorBytes(slot.read(position, length), checksum);
    position += length;
  }
  const hashed = position - (position % 16) + 16;
  if (hashed > slot.size) return "flash read failed";
  if (slot.read(hashed - 1, 1)[0] !== checksum) return "checksum failed";
  const end = header[23] === 0 ? hashed : hashed + hashLength;
  if (end > slot.size || end > room) return `image length ${end} doesn't fit in partition length ${room}`;
  if (end > hashed) {
    const digest = createHash("sha256").update(slot.read(0, hashed)).digest();
    if (!digest.equals(slot.read(hashed, hashLength))) return "image hash failed - image is corrupt";
  }
  return end;
}
