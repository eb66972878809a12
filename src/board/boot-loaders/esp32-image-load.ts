import { createHash } from "node:crypto";
import { esp32HeaderLength, espMagic, parseEsp32Header } from "../../core/image/esp-header.js";
import type { ByteSource } from "../../core/image/source.js";
import { u32 } from "../../core/read.js";
import { nodeBytes } from "../../node/bytes.js";
import { isMapped, mayLoad } from "./esp32-memory.js";
import { xorBytes } from "./xor.js";

/** What ESP-IDF's boot loader makes of a slot. */
export interface Esp32Load {
  /** Why it does not start; "" when it does. */
  readonly error: string;
  /** Bytes of the image. */
  readonly length: number;
  readonly entry: number;
}

const maxSegments = 16;
const maxSegmentLength = 0x1000000;
const mapPage = 0x10000;
const hashLength = 32;

/**
 * Loads an image as ESP-IDF v4.4 does (esp_image_format.c, image_load with validation), in its order and with its
 * gaps: the entry point, the flash settings and the padding are not looked at, and without an appended hash neither are
 * the segment headers.
 * @param slot reads from the slot's start up to the end of the chip: segments are not confined to the partition
 * @param room bytes of the partition
 * @param address of the slot, for the cache's 64 KB pages
 * @param revision of the chip, major * 100 + minor; below 0 it counts as new enough for everything
 */
export function loadEsp32(
  slot: ByteSource,
  room: number,
  address: number,
  chip: number,
  revision: number,
): Esp32Load {
  const fail = (error: string): Esp32Load => ({ error, length: 0, entry: 0 });
  if (slot.size < esp32HeaderLength) return fail("the slot ends before an image header");
  const head = slot.read(0, esp32HeaderLength);
  if (nodeBytes.at(head, 0) !== espMagic) return fail("invalid magic byte (nothing flashed here?)");
  const header = parseEsp32Header(nodeBytes, head);
  if (header.chip !== chip) return fail(`mismatch chip ID, expected ${chip}, found ${header.chip}`);
  if (revision >= 0 && revision < header.minRevision) return fail("can't run on lower chip revision");
  if (header.segmentCount > maxSegments)
    return fail(`segment count ${header.segmentCount} exceeds max ${maxSegments}`);
  let position = esp32HeaderLength;
  let checksum = 0xef;
  for (let index = 0; index < header.segmentCount; index++) {
    if (position + 8 > slot.size) return fail("flash read failed");
    const segment = slot.read(position, 8);
    const target = u32(nodeBytes, segment, 0);
    const length = u32(nodeBytes, segment, 4);
    position += 8;
    if (length % 4 !== 0 || length >= maxSegmentLength)
      return fail(`invalid segment length 0x${length.toString(16)}`);
    if (isMapped(chip, target) && (address + position) % mapPage !== target % mapPage)
      return fail(`segment ${index} load address 0x${target.toString(16)} doesn't match data`);
    if (!mayLoad(chip, target, length)) return fail(`segment ${index} invalid: bad load address range`);
    if (position + length > slot.size) return fail("flash read failed");
    checksum = xorBytes(slot.read(position, length), checksum);
    position += length;
  }
  const hashed = position - (position % 16) + 16;
  if (hashed > slot.size) return fail("flash read failed");
  if (nodeBytes.at(slot.read(hashed - 1, 1), 0) !== checksum) return fail("checksum failed");
  const end = header.hashAppended === 0 ? hashed : hashed + hashLength;
  if (end > slot.size || end > room)
    return fail(`image length ${end} doesn't fit in partition length ${room}`);
  if (end > hashed && !hashFits(slot, hashed)) return fail("image hash failed - image is corrupt");
  return { error: "", length: end, entry: header.entry };
}

function hashFits(slot: ByteSource, hashed: number): boolean {
  const bytes = slot.read(0, hashed);
  const stored = slot.read(hashed, hashLength);
  if (!(bytes instanceof Uint8Array)) return false;
  return nodeBytes.equal(new Uint8Array(createHash("sha256").update(bytes).digest()), stored);
}
