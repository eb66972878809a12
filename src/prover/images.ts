import { createHash } from "node:crypto";
import { crc32, gzipSync } from "node:zlib";
import { appHeaderLength, Engine } from "../core/bundle/header.js";
import { crcMsb, crcMsbStart } from "../core/flash/eboot.js";
import { encodeBundle } from "../espruino/build/encode-bundle.js";
import { nodeBytes } from "../node/bytes.js";

/** Images for the boards that the prover cuts the power of: whole and sound, filled with noise, distinct by version. */

/** Bytes that look like code; the same for the same seed. */
export function noise(length: number, seed: number): Buffer {
  const data = Buffer.alloc(length);
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state & 255;
  }
  return data;
}

export interface BundleFacts {
  readonly name: string;
  readonly version: string;
  /** 1 app, 2 agent. */
  readonly kind: number;
  readonly family: number;
  /** Bytes in all. */
  readonly size: number;
}

/** An app or agent bundle for Espruino. */
export function makeBundle({ size, ...facts }: BundleFacts): Uint8Array {
  const code = noise(size - appHeaderLength, seedOf(`${facts.name}${facts.version}`));
  return encodeBundle({ ...facts, engine: Engine.Espruino, agentVersion: "", safePins: [] }, code);
}

interface Segment {
  readonly address: number;
  readonly data: Buffer;
}

/** Segments behind a header, padded so that the XOR of all data (seed EF) is the last byte of a block of 16. */
function withSegments(header: Buffer, segments: readonly Segment[]): Buffer {
  const parts = [header];
  let sum = 0xef;
  for (const { address, data } of segments) {
    parts.push(words(address, data.length), data);
    for (const byte of data) sum ^= byte;
  }
  const length = parts.reduce((all, part) => all + part.length, 0);
  return Buffer.concat([...parts, Buffer.alloc(15 - (length % 16)), Buffer.from([sum])]);
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value >>> 0, index * 4);
  });
  return buffer;
}

export interface Esp32Facts {
  /** `ChipId`: 0 ESP32, 5 C3, 9 S3. */
  readonly chip: number;
  readonly version: string;
  /** Bytes of the mapped segment, roughly the size of the image. */
  readonly size: number;
  /** Its appended hash is wrong, as of a file that was damaged before anybody hashed it. */
  readonly damaged?: boolean;
}

const mapped: Readonly<Record<number, number>> = { 0: 0x3f400020, 5: 0x3c000020, 9: 0x3c000020 };
const iram: Readonly<Record<number, number>> = { 0: 0x40080000, 5: 0x40380000, 9: 0x40374000 };

export function makeEsp32(facts: Esp32Facts): Buffer {
  const code = iram[facts.chip] ?? 0x40080000;
  const drom = noise(facts.size & ~3, seedOf(facts.version));
  const descriptor = Buffer.alloc(256);
  descriptor.writeUInt32LE(0xabcd5432, 0);
  descriptor.write(facts.version, 16, "latin1");
  descriptor.write("espruino", 48, "latin1");
  descriptor.write("12:34:56", 80, "latin1");
  descriptor.write("Jan  2 2025", 96, "latin1");
  descriptor.copy(drom);
  const header = Buffer.alloc(24);
  header.set([0xe9, 2, 2, 0x2f]);
  header.writeUInt32LE(code + 8, 4);
  header[8] = 0xee;
  header.writeUInt16LE(facts.chip, 12);
  header.writeUInt16LE(0xffff, 17);
  header[23] = 1;
  const image = withSegments(header, [
    { address: mapped[facts.chip] ?? 0x3c000020, data: drom },
    { address: code, data: noise(800, 13) },
  ]);
  const hash = createHash("sha256").update(image).digest();
  if (facts.damaged === true) hash[31] ^= 1;
  return Buffer.concat([image, hash]);
}

/** Arduino's codes of the flash size, by megabytes. */
const sizeCodes: Readonly<Record<number, number>> = { 1: 2, 2: 3, 4: 4, 8: 8, 16: 9 };

/** As tools/elf2bin.py makes it: eboot, padded with AA to 4 KB, then the sketch; length and CRC in its first words. */
export function makeSketch(size: number, version: string, flashSize: number): Buffer {
  const header = (entry: number, segments: number): Buffer =>
    Buffer.concat([Buffer.from([0xe9, segments, 2, (sizeCodes[flashSize >> 20] ?? 4) << 4]), words(entry)]);
  const eboot = withSegments(header(0x4010f480, 1), [{ address: 0x4010f000, data: noise(1500, 3) }]);
  const irom = noise((size - 0x1000 - 1000) & ~15, seedOf(version));
  irom.fill(0, 0, 8);
  const sketch = withSegments(header(0x40100004, 3), [
    { address: 0x40201010, data: irom },
    { address: 0x40100000, data: noise(640, seedOf(`${version} text`)) },
    { address: 0x3ffe8000, data: noise(160, seedOf(`${version} data`)) },
  ]);
  const file = Buffer.concat([eboot, Buffer.alloc(0x1000 - eboot.length, 0xaa), sketch]);
  const crc = crcMsb(nodeBytes, crcMsbStart, file);
  file.writeUInt32LE(file.length, 0x1010);
  file.writeUInt32LE(crc, 0x1014);
  return file;
}

/** What the host may send instead where the boot loader inflates. */
export function makeGzip(sketch: Uint8Array): Buffer {
  return gzipSync(sketch, { level: 9 });
}

function seedOf(text: string): number {
  return crc32(text);
}
