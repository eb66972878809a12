import { constants, inflateRawSync } from "node:zlib";
import type { NorFlash } from "../nor-flash.js";
import type { EbootCommand } from "./eboot-command.js";
import { ContentMemo, readChip } from "./flash-view.js";

const enum GzipFlag {
  HeaderCrc = 2,
  Extra = 4,
  Name = 8,
  Comment = 16,
  Reserved = 0xe0,
}

/**
 * Inflates as far as it goes. Nothing is compared: neither the CRC nor the length at the end of the file (eboot calls
 * uzlib_uncompress, not its checking sister). Where the stream is damaged the output ends; uzlib, which checks less
 * than zlib does, may go on with rubbish.
 * @returns `limit` bytes at most; undefined when the header is none
 */
function inflateAsEboot(file: Uint8Array, limit: number): Uint8Array | undefined {
  const start = headerEnd(file);
  if (start === undefined) return undefined;
  const stream = file.subarray(start);
  let whole = inflatePrefix(stream, limit);
  if (whole === undefined) {
    // The longest prefix that zlib has no quarrel with: all that it understood before the damage or the limit.
    const good = firstWhere(stream.length, (length) => !inflatePrefix(stream.subarray(0, length), limit)) - 1;
    whole = inflatePrefix(stream.subarray(0, good), limit) ?? new Uint8Array();
  }
  return whole.subarray(0, limit);
}

/** Bytes of the file that have to be read before `produced` bytes are out. */
function readFor(file: Uint8Array, produced: number): number {
  const start = headerEnd(file) ?? 0;
  const enough = firstWhere(file.length - start, (length) => {
    const out = inflatePrefix(file.subarray(start, start + length), produced);
    return out === undefined || out.length >= produced;
  });
  return start + enough;
}

/** The least number from 1 on for which it is so, by halves; `most` when there is none below. */
function firstWhere(most: number, isSo: (number: number) => boolean): number {
  let below = 0;
  let found = most;
  while (found - below > 1) {
    const middle = (below + found) >> 1;
    if (isSo(middle)) found = middle;
    else below = middle;
  }
  return found;
}

/** One byte of deflate can stand for no more than this, so a prefix that stays below it has at least `limit`. */
const mostPerByte = 4096;

function inflatePrefix(stream: Uint8Array, limit: number): Uint8Array | undefined {
  if (stream.length === 0) return new Uint8Array();
  try {
    return inflateRawSync(stream, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: limit + mostPerByte,
    });
  } catch {
    return undefined;
  }
}

/** RFC 1952 §2.3, as uzlib_gzip_parse_header goes over it. */
function headerEnd(file: Uint8Array): number | undefined {
  if (file.length < 10 || file[0] !== 0x1f || file[1] !== 0x8b || file[2] !== 8) return undefined;
  const flags = file[3];
  if ((flags & GzipFlag.Reserved) !== 0) return undefined;
  let at = 10;
  if ((flags & GzipFlag.Extra) !== 0) at += 2 + (file[at] | (file[at + 1] << 8));
  for (const flag of [GzipFlag.Name, GzipFlag.Comment])
    if ((flags & flag) !== 0) {
      while (at < file.length && file[at] !== 0) at++;
      at++;
    }
  if ((flags & GzipFlag.HeaderCrc) !== 0) at += 2;
  return at <= file.length ? at : undefined;
}

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
const inflated = new ContentMemo<Uint8Array | undefined>();
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
  const length = gzipLength(rom, job);
  if (length !== undefined) {
    left = length | 0;
    stream = inflate(rom, job, left);
    if (stream === undefined) return { code: 5, console: "" };
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
  const bytes = inflateAsEboot(changed, stream.length) ?? new Uint8Array();
  staged.set(bytes, changed);
  return bytes;
}

function roundUp(length: number): number {
  return Math.ceil(length / sectorLength) * sectorLength;
}

/** Bytes that a copy will write, before they are rounded up to sectors. */
export function copiedLength(rom: SpiRom, job: EbootCommand): number {
  return gzipLength(rom, job) ?? job.size;
}

/** What the end of a gzip file says of its length; undefined for what is no gzip file. */
function gzipLength(rom: SpiRom, { source, size }: EbootCommand): number | undefined {
  if (byteAt(rom, source) !== 0x1f || byteAt(rom, source + 1) !== 0x8b) return undefined;
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

function inflate(rom: SpiRom, job: EbootCommand, length: number): Uint8Array | undefined {
  const { flash } = rom;
  const size = Math.min(roundUp(job.size), flash.size - job.source);
  const limit = Math.min(Math.max(length, 0), flash.size);
  return inflated.get(flash, `inflate ${limit}`, job.source, size, (source) => {
    const file = source.read(0, size);
    const bytes = inflateAsEboot(file, limit);
    if (bytes !== undefined) staged.set(bytes, file);
    return bytes;
  });
}

/** A read that fails leaves what was in the buffer, which is unknown: FF here. */
function byteAt(rom: SpiRom, address: number): number {
  return rom.read(address, 1)?.[0] ?? 0xff;
}
