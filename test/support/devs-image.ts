import { createHash } from "node:crypto";
import { u32le } from "./images.js";

/** What a test's DeviceScript program is made of; the format is devs_format.h's and jd_dcfg.h's. */
export interface DevsSpec {
  readonly version?: number;
  /** Bytes of each function's code. */
  readonly functions?: readonly number[];
  readonly strings?: readonly string[];
  /** Places of strings with a length in front, and of buffers with their lengths, among the strings' bytes. */
  readonly utf8?: readonly number[];
  readonly buffers?: readonly (readonly [number, number])[];
  /** Bytes of number literals, eight each. */
  readonly floats?: number;
  readonly config?: Readonly<Record<string, string | number>>;
  /** With the seal of `sluice build`. */
  readonly sealed?: boolean;
}

const headerLength = 112;

/** A program whose sections hold what the runtime checks, and code that no runtime should see. */
export function buildDevs(spec: DevsSpec = {}): Buffer {
  const { functions = [40, 24], strings = ["garden", "valve"] } = spec;
  const config = dcfg(spec.config ?? { "@name": "garden", "@version": "1.0.0", "sPin.P33": 0 });
  const codeStart = headerLength + functions.length * 16;
  const table = Buffer.alloc(functions.length * 16);
  let at = codeStart;
  functions.forEach((length, i) => {
    table.writeUInt32LE(at, i * 16);
    table.writeUInt32LE(length, i * 16 + 4);
    table.writeUInt16LE(4, i * 16 + 8);
    at += length;
  });
  const code = Buffer.alloc(at - codeStart, 0x3c);
  const texts = padded(Buffer.from(strings.map((text) => `${text}\0`).join(""), "latin1"));
  const ascii = Buffer.alloc(Math.ceil(strings.length / 2) * 4);
  let offset = 0;
  strings.forEach((text, i) => {
    ascii.writeUInt16LE(offset, i * 2);
    offset += text.length + 1;
  });
  const none = Buffer.alloc(0);
  const sections = [
    table,
    code,
    Buffer.alloc(spec.floats ?? 8),
    none,
    ascii,
    u32le(...(spec.utf8 ?? [])),
    u32le(...(spec.buffers ?? []).flat()),
    texts,
    Buffer.alloc(32),
    config,
  ];
  const header = Buffer.alloc(headerLength);
  header.write("DevS", 0);
  header.writeUInt32LE(0xf1296e0a, 4);
  header.writeUInt32LE(spec.version ?? 0x02100004, 8);
  let start = headerLength;
  sections.forEach((section, i) => {
    header.writeUInt32LE(start, 32 + i * 8);
    header.writeUInt32LE(section.length, 36 + i * 8);
    start += section.length;
  });
  const body = Buffer.concat([header, ...sections]);
  const image = Buffer.concat([body, Buffer.alloc((32 - (body.length % 32)) % 32)]);
  return spec.sealed ? Buffer.concat([image, sealOf(image)]) : image;
}

function sealOf(image: Buffer): Buffer {
  const seal = Buffer.alloc(64);
  seal.write("SluiceDS", 0);
  seal.writeUInt32LE(image.length, 8);
  seal.writeUInt32LE(1, 12);
  createHash("sha256").update(image).digest().copy(seal, 16);
  return seal;
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}

function keyHash(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key, "latin1")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash >>> 16) ^ (hash & 0xffff);
}

function dcfg(settings: Readonly<Record<string, string | number>>): Buffer {
  const entries = Object.entries(settings).sort(([a], [b]) => keyHash(a) - keyHash(b));
  const table = Buffer.alloc((entries.length + 1) * 24, 0xff);
  const data: Buffer[] = [];
  let end = 88 + table.length;
  entries.forEach(([key, value], i) => {
    table.fill(0, i * 24, i * 24 + 24);
    table.write(key, i * 24, "latin1");
    table.writeUInt16LE(keyHash(key), i * 24 + 16);
    if (typeof value === "number") {
      table.writeUInt16LE(1, i * 24 + 18);
      table.writeInt32LE(value, i * 24 + 20);
      return;
    }
    table.writeUInt16LE(2 | (value.length << 2), i * 24 + 18);
    table.writeUInt32LE(end, i * 24 + 20);
    data.push(Buffer.from(`${value}\0`, "latin1"));
    end += value.length + 1;
  });
  table[entries.length * 24] = 0;
  const head = Buffer.alloc(88);
  head.write("DCFG", 0);
  head.writeUInt32LE(0xcab49b0a, 4);
  head.writeUInt32LE(end, 8);
  head.writeUInt16LE(entries.length, 12);
  return padded(Buffer.concat([head, table, ...data]));
}
