import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export interface TestBundle {
  readonly payload: Uint8Array;
  readonly kind: number;
  readonly engine: number;
  readonly family: number;
  readonly name: string;
  readonly version: string;
  readonly agentVersion: string;
}

/** A bundle by the table in src/core/bundle/header.ts, written down a second time so that the two check each other. */
export function bundle(wanted: Partial<TestBundle> = {}): Uint8Array {
  const payload = wanted.payload ?? Buffer.from("print('hello');".repeat(40));
  const head = Buffer.alloc(256);
  head.write("SLUA", 0, "latin1");
  head[4] = 1;
  head[5] = wanted.kind ?? 1;
  head[6] = wanted.engine ?? 1;
  head[7] = wanted.family ?? 0;
  head.writeUInt32LE(256, 8);
  head.writeUInt32LE(payload.length, 12);
  head.writeUInt32LE(crc32(payload), 16);
  createHash("sha256").update(payload).digest().copy(head, 24);
  head.write(wanted.name ?? "garden", 56, "latin1");
  head.write(wanted.version ?? "2.0.0", 80, "latin1");
  head.write(wanted.agentVersion ?? "", 104, "latin1");
  head.fill(0xff, 128, 176);
  head.writeUInt32LE(crc32(head.subarray(0, 188)), 188);
  return new Uint8Array(Buffer.concat([head, payload]));
}

export function md5Of(bytes: Uint8Array | string): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** `bytes` in pieces of `length`; the last may be shorter. */
export function pieces(bytes: Uint8Array, length: number): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) all.push(bytes.slice(at, at + length));
  return all;
}
