import type { NorFlash } from "../nor-flash.js";
import { ContentMemo } from "./content-memo.js";
import type { EbootCommand } from "./eboot-command.js";
import { type Inflated, inflateAsEboot, readFor } from "./eboot-inflate.js";
import { readChip } from "./flash-view.js";

/**
 * The ESP8266 ROM's flash routines. Each answers false where the original answers an error, which it does for
 * addresses behind the end of the chip.
 */
export class SpiRom {
  constructor(readonly flash: NorFlash) {}

  /** The bytes, or undefined on an error. */
  read(address: number, length: number): Buffer | undefined {
    return this.#inside(address, length) ? readChip(this.flash, address, length) : undefined;
  }

  eraseSector(sector: number): boolean {
    const address = sector * this.flash.blockLength;
    if (!this.#inside(address, this.flash.blockLength)) return false;
    this.flash.eraseBlockAt(this.flash.base + address);
    return true;
  }

  /** Programs page by page, blank pages too. */
  write(address: number, bytes: Uint8Array): boolean {
    if (!this.#inside(address, bytes.length)) return false;
    this.flash.program(this.flash.base + address, bytes);
    return true;
  }

  #inside(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.flash.size;
  }
}

export interface CopyResult {
  /** copy_raw's answer: 0 done, else its number for what failed. */
  readonly code: number;
  readonly console: string;
}

/** What happens to each sector: written, compared with what is there, or only read (and inflated). */
export type CopyMode = "write" | "verify" | "read";

const sectorLength = 4096;
const inflated = new ContentMemo<Inflated>();
/** The files that inflated bytes came out of. */
const staged = new WeakMap<Uint8Array, Uint8Array>();

/**
 * eboot's copy_raw: sector by sector erase, then write, with nothing compared on the way. Sector 0, eboot itself, is
 * left alone when it would not change, which prints a B.
 * @param writesLoader false: sector 0 is never written, whatever the image has for it
 */
export function copyRaw(rom: SpiRom, job: EbootCommand, mode: CopyMode, writesLoader = true): CopyResult {
  const { source, destination, size } = job;
  if (source % sectorLength !== 0 || destination % sectorLength !== 0) return { code: 1, console: "" };
  // The original counts in a signed word: sizes of 2 GB and more, and those that round up to 4 GB, copy nothing.
  let left = ((size + sectorLength - 1) & ~(sectorLength - 1)) | 0;
  let stream: Uint8Array | undefined;
  if (byteAt(rom, source) === 0x1f && byteAt(rom, source + 1) === 0x8b) {
    left = 0;
    for (let i = 0; i < 4; i++) left |= byteAt(rom, (source + size - 4 + i) >>> 0) << (8 * i);
    const result = inflate(rom, job, left);
    if (!result.header) return { code: 5, console: "" };
    stream = result.bytes;
  }
  let console = "";
  for (let at = 0; at < left; at += sectorLength) {
    const sector =
      stream === undefined ? rom.read(source + at, sectorLength) : inflatedSector(stream, at, left);
    if (sector === undefined) return { code: stream === undefined ? 3 : 6, console };
    if (mode === "read") continue;
    const target = destination + at;
    if (mode === "verify") {
      if (target === 0 && !writesLoader) continue;
      const there = rom.read(target, sectorLength);
      if (there === undefined) return { code: 4, console };
      if (!there.equals(sector)) return { code: 9, console };
      continue;
    }
    if (target === 0) {
      const there = rom.read(0, sectorLength);
      if (!writesLoader || there?.equals(sector)) {
        console += "B";
        continue;
      }
    }
    if (!rom.eraseSector(target / sectorLength)) return { code: 2, console };
    if (!rom.write(target, sector)) return { code: 4, console };
    if (stream !== undefined) stream = afterOverwriting(rom, job, stream, at + sectorLength, target);
  }
  return { code: 0, console };
}

/**
 * The original inflates as it goes, 4 KB of the file at a time. A copy that runs into staged bytes which are not read
 * yet goes on with what it has just written there.
 */
function afterOverwriting(
  rom: SpiRom,
  job: EbootCommand,
  stream: Uint8Array,
  produced: number,
  target: number,
): Uint8Array {
  const at = target - job.source;
  if (at < 0 || at >= job.size || produced >= stream.length) return stream;
  const written = rom.read(target, sectorLength);
  const file = staged.get(stream);
  if (written === undefined || file === undefined || at < roundUp(readFor(file, produced))) return stream;
  const changed = file.slice();
  changed.set(written.subarray(0, Math.max(0, changed.length - at)), at);
  const { bytes } = inflateAsEboot(changed, stream.length);
  staged.set(bytes, changed);
  return bytes;
}

function roundUp(length: number): number {
  return Math.ceil(length / sectorLength) * sectorLength;
}

/** Bytes that a copy will write, before they are rounded up to sectors. */
export function copiedLength(rom: SpiRom, { source, size }: EbootCommand): number {
  if (byteAt(rom, source) !== 0x1f || byteAt(rom, source + 1) !== 0x8b) return size;
  let length = 0;
  for (let i = 0; i < 4; i++) length += byteAt(rom, (source + size - 4 + i) >>> 0) * 2 ** (8 * i);
  return length;
}

/** The last sector is filled up with FF. Undefined: the stream ended before. */
function inflatedSector(stream: Uint8Array, at: number, left: number): Uint8Array | undefined {
  const length = Math.min(sectorLength, left - at);
  if (at + length > stream.length) return undefined;
  const sector = new Uint8Array(sectorLength).fill(0xff);
  sector.set(stream.subarray(at, at + length));
  return sector;
}

function inflate(rom: SpiRom, job: EbootCommand, length: number): Inflated {
  const { flash } = rom;
  const size = Math.min(roundUp(job.size), flash.size - job.source);
  const limit = Math.min(Math.max(length, 0), flash.size);
  return inflated.get(flash, `inflate ${limit}`, job.source, size, (source) => {
    const file = source.read(0, size);
    const result = inflateAsEboot(file, limit);
    staged.set(result.bytes, file);
    return result;
  });
}

/** A read that fails leaves what was in the buffer, which nobody knows: FF here. */
function byteAt(rom: SpiRom, address: number): number {
  return rom.read(address, 1)?.[0] ?? 0xff;
}
