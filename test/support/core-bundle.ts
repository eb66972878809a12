import { createHash } from "node:crypto";

export function md5Of(bytes: Uint8Array | string): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** `bytes` in pieces of `length`; the last may be shorter. */
export function pieces(bytes: Uint8Array, length: number): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) all.push(bytes.slice(at, at + length));
  return all;
}
