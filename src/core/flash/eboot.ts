import type { ByteSource } from "../image/source.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";

function makeTable(): number[] {
  const entries: number[] = [];
  for (let value = 0; value < 16; value++) {
    let crc = value << 28;
    for (let bit = 0; bit < 4; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    entries.push(crc);
  }
  return entries;
}

/** CRC of each value of four bits, for two steps a byte; 64 bytes of table instead of 1 KB. */
const table: number[] = /* @__PURE__ */ makeTable();

export const crcMsbStart = 0xffffffff;

/**
 * CRC-32 with polynomial 04C11DB7, most significant bit first, no final XOR: what eboot uses, not zlib's.
 * @param crc `crcMsbStart`, or the result for the bytes before
 */
export function crcMsb(bytes: Bytes, crc: number, chunk: Chunk): number {
  let value = crc;
  for (let i = 0; i < chunk.length; i++) {
    const byte = bytes.at(chunk, i);
    value = (value << 4) ^ table[((value >>> 28) ^ (byte >> 4)) & 15];
    value = (value << 4) ^ table[((value >>> 28) ^ byte) & 15];
  }
  return value >>> 0;
}

/**
 * The command to Arduino's boot loader in RTC memory (bootloaders/eboot/eboot_command.h): 128 bytes, u32 magic,
 * u32 action, u32 arguments[29], u32 CRC of the 124 bytes before. An update by it:
 *
 *     step                                               power is lost in it: what starts then
 *     1. stage the sketch below the filesystem           the old sketch
 *     2. write the command, restart                      the old sketch: RTC memory is empty
 *     3. eboot copies sector by sector over the old one  half of each: the board does not start
 *     4. eboot clears the command, starts the sketch     the new sketch
 */
export interface EbootCommand {
  readonly action: number;
  readonly source: number;
  readonly destination: number;
  /** Bytes as staged. */
  readonly size: number;
}

export const enum EbootAction {
  CopyRaw = 1,
  LoadApp = 0xffffffff,
}

const magic = 0xeb001000;
const argumentCount = 29;

/** The command as `Updater` writes it, with the arguments that it leaves uninitialised set to zero. */
export function makeEbootCommand(bytes: Bytes, command: EbootCommand): Chunk {
  let text = u32Text(magic) + u32Text(command.action);
  text += u32Text(command.source) + u32Text(command.destination) + u32Text(command.size);
  for (let i = 3; i < argumentCount; i++) text += u32Text(0);
  return bytes.fromText(text + u32Text(crcMsb(bytes, crcMsbStart, bytes.fromText(text))));
}

const sectorLength = 4096;
/** eboot fills the first sector; the sketch's own image starts here (tools/elf2bin.py). */
export const sketchOffset = 0x1000;

export function roundUpToSector(size: number): number {
  return Math.ceil(size / sectorLength) * sectorLength;
}

/**
 * `ESP.getSketchSize()`: bytes from 0 to the end of the sketch's checksum, by its headers alone; 0 when there is no
 * image at 0x1000 (Esp.cpp, sketchSize).
 */
export function sketchSize(bytes: Bytes, flash: ByteSource): number {
  if (flash.size < sketchOffset + 8) return 0;
  const head = flash.read(sketchOffset, 8);
  if (bytes.at(head, 0) !== 0xe9) return 0;
  let position = sketchOffset + 8;
  for (let i = 0; i < bytes.at(head, 1); i++) {
    if (position + 8 > flash.size) return 0;
    position += 8 + u32(bytes, flash.read(position, 8), 4);
  }
  if (position > flash.size) return 0;
  return position - (position % 16) + 16;
}

/**
 * `ESP.getFreeSketchSpace()`: what lies between the running sketch and the filesystem.
 * @param area bytes from 0 to the filesystem's start
 */
export function freeSketchSpace(area: number, sketch: number): number {
  return Math.max(0, area - roundUpToSector(sketch));
}

/**
 * Where `Updater` stages a sketch of `size` bytes: as far up as it fits, just below the filesystem (Updater.cpp,
 * begin). -1 when it would reach into the running sketch.
 */
export function updateStart(area: number, sketch: number, size: number): number {
  const start = area - roundUpToSector(size);
  return start >= roundUpToSector(sketch) ? start : -1;
}

/** Largest sketch that can replace one of its own size. */
export function largestEqualSketch(area: number): number {
  return Math.floor(area / 2 / sectorLength) * sectorLength;
}
