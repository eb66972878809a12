import { Md5 } from "../../../core/md5.js";
import type { Chunk, Digest } from "../../../core/ports.js";

declare const exports: { open: () => Digest };

function text(chunk: Chunk): string {
  return chunk as unknown as string;
}

function words(chunk: Chunk, offset: number, into: number[]): void {
  const block = new Uint32Array(E.toArrayBuffer(text(chunk).slice(offset, offset + 64)));
  for (let i = 0; i < 16; i++) into[i] = block[i];
}

/** MD5 in JavaScript, where there is no ROM that has it. */
exports.open = () => {
  const md5 = new Md5({
    join: (first, second) => text(first) + text(second),
    toText: (chunk) => text(chunk),
    fromText: (content) => content,
    loadBlock: words,
  });
  return {
    update: (chunk) =>
      md5.update(typeof chunk === "string" ? chunk : E.toString(chunk as unknown as Uint8Array)),
    hex: () => md5.hex(),
  };
};
