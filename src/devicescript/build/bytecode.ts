import { createHash } from "node:crypto";
import {
  DevsSection,
  devsAlignment,
  devsHeaderLength,
  sealFormat,
  sealLength,
  sealMagic,
  sectionLength,
  sectionStart,
} from "../../core/image/devicescript.js";
import {
  configEntryLength,
  configHeaderLength,
  configKeyHash,
  configKeyLength,
} from "../../core/image/devicescript-config.js";
import { nodeBytes } from "../../node/bytes.js";

/** Of the table that finds entries by the high bits of their hash: 32 jumps. */
const jumps = 32;
const jumpShift = 11;
const jumpOffset = configHeaderLength - 2 * jumps;
const stringType = 2;

/** Key, type and size, value; the value of strings and blobs are bytes. */
interface Entry {
  readonly key: string;
  readonly type: number;
  readonly value: number | Buffer;
}

/**
 * The program with another `@version` in its configuration, where the runtime reads and reports it. The compiler puts
 * the state of a git repository there; keys with `@` do not count as a change of the hardware, so the board is not
 * reset by a new version.
 */
export function withVersion(bytecode: Uint8Array, version: string): Uint8Array {
  const head = bytecode.subarray(0, devsHeaderLength);
  const start = sectionStart(nodeBytes, head, DevsSection.Config);
  const old = Buffer.from(
    bytecode.subarray(start, start + sectionLength(nodeBytes, head, DevsSection.Config)),
  );
  const entries = readEntries(old).filter(({ key }) => key !== "@version");
  entries.push({ key: "@version", type: stringType, value: Buffer.from(version) });
  const config = writeEntries(entries, old.subarray(0, configHeaderLength));
  const padded = Math.ceil(config.length / 4) * 4;
  const result = Buffer.alloc(Math.ceil((start + padded) / devsAlignment) * devsAlignment);
  result.set(bytecode.subarray(0, start));
  result.set(config, start);
  result.writeUInt32LE(padded, devsHeaderLength - 4);
  return result;
}

function readEntries(config: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < config.readUInt16LE(12); i++) {
    const at = configHeaderLength + i * configEntryLength;
    const key = config.toString("latin1", at, config.indexOf(0, at));
    const kind = config.readUInt16LE(at + 18);
    const value = config.readUInt32LE(at + 20);
    const isData = (kind & 3) >= stringType;
    entries.push({
      key,
      type: kind & 3,
      value: isData ? Buffer.from(config.subarray(value, value + (kind >>> 2))) : value,
    });
  }
  return entries;
}

/** @param header of the configuration before: magic numbers, and the hash, in which keys with `@` do not count */
function writeEntries(entries: readonly Entry[], header: Buffer): Buffer {
  const sorted = [...entries].sort((a, b) => configKeyHash(a.key) - configKeyHash(b.key));
  const table = Buffer.alloc((sorted.length + 1) * configEntryLength);
  const data: Buffer[] = [];
  let end = configHeaderLength + table.length;
  sorted.forEach(({ key, type, value }, i) => {
    const at = i * configEntryLength;
    table.write(key.slice(0, configKeyLength), at, "latin1");
    table.writeUInt16LE(configKeyHash(key), at + 16);
    const size = typeof value === "number" ? 0 : value.length;
    table.writeUInt16LE(type | (size << 2), at + 18);
    table.writeUInt32LE(typeof value === "number" ? value : end, at + 20);
    if (typeof value === "number") return;
    data.push(value, Buffer.alloc(1));
    end += size + 1;
  });
  table.fill(0xff, sorted.length * configEntryLength + 1);
  const head = Buffer.from(header);
  head.writeUInt32LE(end, 8);
  head.writeUInt16LE(sorted.length, 12);
  const slots = [...sorted.map(({ key }) => configKeyHash(key)), 0xffff].map((hash) => hash >>> jumpShift);
  for (let i = 0; i < jumps; i++)
    head.writeUInt16LE(
      slots.findIndex((slot) => slot >= i),
      jumpOffset + 2 * i,
    );
  return Buffer.concat([head, table, ...data]);
}

/** The bytecode with its checksum behind it (core/image/devicescript.ts). */
export function seal(bytecode: Uint8Array): Uint8Array {
  const tail = Buffer.alloc(sealLength);
  tail.write(sealMagic, 0, "latin1");
  tail.writeUInt32LE(bytecode.length, 8);
  tail.writeUInt32LE(sealFormat, 12);
  tail.set(createHash("sha256").update(bytecode).digest(), 16);
  return Buffer.concat([bytecode, tail]);
}
