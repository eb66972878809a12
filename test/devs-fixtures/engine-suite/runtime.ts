import { Md5 } from "../../../src/core/md5.js";
import type { Bytes, Chunk } from "../../../src/core/ports.js";
import { blocks, engineBytes } from "../../../src/espruino/device/ports/bytes.js";
import { crc32, pbkdf2Hex, sha256Hex } from "../../../src/espruino/device/ports/crypto.js";
import type { Runtime } from "../../engines/suite/suite.js";

/**
 * The suite's flash is made of strings: it gets a block as the string that it stands for. Words for MD5 have the agent's
 * part for boards without a ROM only (device/parts/md5.ts).
 */
const bytes: Bytes = {
  at: engineBytes.at,
  join: engineBytes.join,
  block: blocks.block,
  take: blocks.head,
  head: blocks.head,
  equal: engineBytes.equal,
  toText: engineBytes.toText,
  fromText: engineBytes.fromText,
  isBlank: engineBytes.isBlank,
  loadBlock: (chunk: Chunk, offset, words) => {
    const text = chunk as unknown as string;
    const block = new Uint32Array(E.toArrayBuffer(text.slice(offset, offset + 64)));
    for (let i = 0; i < 16; i++) words[i] = block[i];
  },
};

/** The ports that the agent has on Espruino. */
export const runtime: Runtime = {
  bytes: bytes,
  crypto: { md5: () => new Md5(bytes), crc32: crc32, sha256Hex: sha256Hex, pbkdf2Hex: pbkdf2Hex },
  say: (line) => print(line),
};
