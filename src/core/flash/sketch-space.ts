import type { ByteSource } from "../image/source.js";
import type { Bytes } from "../ports.js";
import { u32 } from "../read.js";

const sectorLength = 4096;
const sketchStart = 0x1000;

export function roundUpToSector(size: number): number {
  return Math.ceil(size / sectorLength) * sectorLength;
}

/**
 * `ESP.getSketchSize()`: bytes from 0 to the end of the sketch's checksum, by its headers alone; 0 when there is no
 * image at 0x1000 (Esp.cpp, sketchSize).
 */
export function sketchSize(bytes: Bytes, flash: ByteSource): number {
  if (flash.size < sketchStart + 8) return 0;
  const head = flash.read(sketchStart, 8);
  if (bytes.at(head, 0) !== 0xe9) return 0;
  let position = sketchStart + 8;
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

/** What Arduino's web update asks for: one sector less, so that its images lie right behind the sketch. */
export function webUpdateSpace(area: number, sketch: number): number {
  const free = freeSketchSpace(area, sketch);
  return free < 2 * sectorLength ? 0 : free - sectorLength;
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
