import { Md5 } from "../../../src/core/md5.js";
import type { BlockBuffer, Bytes, Chunk } from "../../../src/core/ports.js";
import type { Runtime } from "../suite/suite.js";
import { slowCrc32 } from "../suite/tools.js";

/** The engine's console. */
declare const print: (line: string) => void;

function view(chunk: Chunk): Uint8Array {
  return chunk as unknown as Uint8Array;
}

function first(block: BlockBuffer, length: number): Chunk {
  return (block as unknown as Uint8Array).slice(0, length);
}

function fromText(text: string): Chunk {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The core's `Bytes` over Uint8Array, by nothing but the language: XS has no Buffer. */
const bytes: Bytes = {
  at: (chunk, index) => view(chunk)[index] ?? 0,
  join: (first, second) => {
    const joined = new Uint8Array(first.length + second.length);
    joined.set(view(first), 0);
    joined.set(view(second), first.length);
    return joined;
  },
  block: () => new Uint8Array(1024) as unknown as BlockBuffer,
  take: first,
  head: first,
  equal: (first, second) =>
    first.length === second.length && view(first).every((value, index) => value === view(second)[index]),
  toText: (chunk) => Array.from(view(chunk), (value) => String.fromCharCode(value)).join(""),
  fromText,
  isBlank: (chunk) => view(chunk).every((value) => value === 255),
  loadBlock: (chunk, offset, words) => {
    const block = new DataView(view(chunk).buffer, view(chunk).byteOffset + offset, 64);
    for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4, true);
  },
};

/** XS itself has no hashes; the core's own MD5 does the work. */
export const runtime: Runtime = {
  bytes,
  crypto: { md5: () => new Md5(bytes), crc32: (chunk) => slowCrc32(bytes, chunk) },
  say: (line) => print(line),
};
