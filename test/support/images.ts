import { createHash } from "node:crypto";
import { crc32, gzipSync } from "node:zlib";

/** Builders of images for tests, written from the formats' descriptions and apart from the code that reads them. */

interface SegmentSpec {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Bytes that look like code: the same for the same seed. */
export function filler(length: number, seed = 1): Uint8Array {
  const data = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state & 255;
  }
  return data;
}

export function u32le(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value >>> 0, index * 4);
  });
  return buffer;
}

function xor(segments: readonly SegmentSpec[]): number {
  let value = 0xef;
  for (const { data } of segments) for (const byte of data) value ^= byte;
  return value;
}

function withSegments(header: Buffer, segments: readonly SegmentSpec[]): Buffer {
  const parts = [header];
  for (const { address, data } of segments) parts.push(u32le(address, data.length), Buffer.from(data));
  const body = Buffer.concat(parts);
  const padding = Buffer.alloc(15 - (body.length % 16));
  return Buffer.concat([body, padding, Buffer.from([xor(segments)])]);
}

/** What the headers of both families have. */
interface HeaderSpec {
  readonly mode?: number;
  readonly sizeCode?: number;
  readonly speedCode?: number;
  readonly entry?: number;
  readonly segments?: readonly SegmentSpec[];
}

const text8266: SegmentSpec = { address: 0x40100000, data: filler(640, 7) };
const data8266: SegmentSpec = { address: 0x3ffe8000, data: filler(160, 9) };

export function buildEsp8266(spec: HeaderSpec = {}): Buffer {
  const segments = spec.segments ?? [text8266, data8266];
  const flash = ((spec.sizeCode ?? 4) << 4) | (spec.speedCode ?? 0);
  const header = Buffer.from([0xe9, segments.length, spec.mode ?? 2, flash]);
  return withSegments(Buffer.concat([header, u32le(spec.entry ?? 0x40100004)]), segments);
}

/** As tools/elf2bin.py: eboot padded with AA to 4 KB, the sketch, length and CRC of the file in its first words. */
export function buildArduino(iromLength = 4000, spec: HeaderSpec = {}): Buffer {
  const eboot = buildEsp8266({
    ...spec,
    entry: 0x4010f480,
    segments: [{ address: 0x4010f000, data: filler(1500, 3) }],
  });
  const irom = filler(iromLength, 5);
  irom.fill(0, 0, 8);
  const sketch = buildEsp8266({
    ...spec,
    segments: [{ address: 0x40201010, data: irom }, text8266, data8266],
  });
  const file = Buffer.concat([eboot, Buffer.alloc(0x1000 - eboot.length, 0xaa), sketch]);
  // elf2bin fills the two words in when the segments' checksum is long made; it stays as it is.
  const crc = crcOfEboot(file);
  file.writeUInt32LE(file.length, 0x1010);
  file.writeUInt32LE(crc, 0x1014);
  return file;
}

/** The CRC of eboot, bit by bit. */
export function crcOfEboot(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data)
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (crc >>> 31) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) ^ (carry === 1 ? 0x04c11db7 : 0)) >>> 0;
    }
  return crc;
}

interface UserSpec extends HeaderSpec {
  readonly iromLength?: number;
  /** How the trailer treats a CRC with its top bit set. */
  readonly trailer?: "python2" | "python3";
}

export function buildUser(spec: UserSpec = {}): Buffer {
  const entry = spec.entry ?? 0x40100004;
  const irom = filler(spec.iromLength ?? 1024, 11);
  const outer = Buffer.concat([Buffer.from([0xea, 4, 0, 0]), u32le(entry, 0, irom.length), irom]);
  const inner = buildEsp8266({ sizeCode: 6, speedCode: 15, mode: 0, ...spec, entry });
  // The second header's checksum sits on a 16-byte boundary of the file; the outer part is a multiple of 16.
  const body = Buffer.concat([outer, inner]);
  const crc = crc32(body);
  const turned = spec.trailer !== "python3" && crc >= 0x80000000;
  return Buffer.concat([body, u32le(turned ? ~crc : crc + 1)]);
}

interface Esp32Spec extends HeaderSpec {
  readonly chip?: number;
  readonly minRevision?: number;
  readonly maxRevision?: number;
  readonly hash?: boolean;
  readonly project?: string;
  readonly version?: string;
  readonly dromLength?: number;
}

const drom: Readonly<Record<number, number>> = { 0: 0x3f400020, 5: 0x3c000020, 9: 0x3c000020 };
const iram: Readonly<Record<number, number>> = { 0: 0x40080000, 5: 0x40380000, 9: 0x40374000 };

/** DROM with the application descriptor in front (file offset 32, so address ...20), then IRAM with the entry. */
export function buildEsp32(spec: Esp32Spec = {}): Buffer {
  const chip = spec.chip ?? 0;
  const code = iram[chip] ?? 0x40080000;
  const segments = spec.segments ?? [
    { address: drom[chip] ?? 0x3c000020, data: describedDrom(spec) },
    { address: code, data: filler(800, 13) },
  ];
  const header = Buffer.alloc(24);
  header.set([0xe9, segments.length, spec.mode ?? 2, ((spec.sizeCode ?? 2) << 4) | (spec.speedCode ?? 15)]);
  header.writeUInt32LE(spec.entry ?? code + 8, 4);
  header[8] = 0xee;
  header.writeUInt16LE(chip, 12);
  header.writeUInt16LE(spec.minRevision ?? 0, 15);
  header.writeUInt16LE(spec.maxRevision ?? 0xffff, 17);
  header[23] = spec.hash === false ? 0 : 1;
  const image = withSegments(header, segments);
  if (spec.hash === false) return image;
  return Buffer.concat([image, createHash("sha256").update(image).digest()]);
}

/** One that has exactly this many bytes, a multiple of 16. */
export function esp32OfSize(chip: number, size: number, version = "1.2.3"): Buffer {
  // 24 bytes of header, two segment headers of 8, 800 bytes of IRAM, checksum in 4, hash of 32.
  return buildEsp32({ chip, project: "espruino", version, dromLength: size - 876 });
}

function describedDrom(spec: Esp32Spec): Buffer {
  const data = Buffer.from(filler(spec.dromLength ?? 1200, 17));
  const descriptor = Buffer.alloc(256);
  descriptor.writeUInt32LE(0xabcd5432, 0);
  descriptor.write(spec.version ?? "1.2.3", 16, 32);
  descriptor.write(spec.project ?? "garden", 48, 32);
  descriptor.write("12:34:56", 80, 16);
  descriptor.write("Jan  2 2025", 96, 16);
  descriptor.write("v4.4.8", 112, 32);
  data.set(descriptor, 0);
  return data;
}

export function gzip(data: Uint8Array): Buffer {
  return gzipSync(data, { level: 9 });
}

export interface BundleSpec {
  readonly name?: string;
  readonly version?: string;
  readonly engine?: number;
  readonly family?: number;
  readonly kind?: number;
  readonly agentVersion?: string;
  readonly payload?: Uint8Array;
}

/** A bundle by the table in src/core/bundle/header.ts, written down a second time so that the two check each other. */
export function buildBundle(spec: BundleSpec = {}): Uint8Array {
  const payload = spec.payload ?? Buffer.from("print('hello');".repeat(40));
  const header = Buffer.alloc(256);
  header.write("SLUA", 0);
  header.set([1, spec.kind ?? 1, spec.engine ?? 1, spec.family ?? 2], 4);
  header.writeUInt32LE(256, 8);
  header.writeUInt32LE(payload.length, 12);
  header.writeUInt32LE(crc32(payload), 16);
  createHash("sha256").update(payload).digest().copy(header, 24);
  header.write(spec.name ?? "garden", 56);
  header.write(spec.version ?? "1.0.0", 80);
  header.write(spec.agentVersion ?? "", 104);
  header.fill(0xff, 128, 176);
  header.writeUInt32LE(crc32(header.subarray(0, 188)), 188);
  return new Uint8Array(Buffer.concat([header, payload]));
}

export function buildLittleFs(blocks = 16): Buffer {
  const image = Buffer.alloc(blocks * 4096, 0xff);
  image.write("littlefs", 8);
  image.writeUInt32LE(0x20000, 20);
  image.writeUInt32LE(4096, 24);
  image.writeUInt32LE(blocks, 28);
  return image;
}

export function buildSpiffs(blocks = 16, blockLength = 4096): Buffer {
  const image = Buffer.alloc(blocks * blockLength, 0xff);
  for (let block = 0; block < blocks; block++)
    image.writeUInt16LE((0x20140529 ^ 256 ^ (blocks - block)) & 0xffff, block * blockLength + 252);
  return image;
}

export function buildFat(sectors = 128): Buffer {
  const image = Buffer.alloc(sectors * 512);
  image.writeUInt16LE(512, 11);
  image.writeUInt16LE(sectors, 19);
  image.write("FAT12   ", 54);
  image.writeUInt16LE(0xaa55, 510);
  return image;
}
