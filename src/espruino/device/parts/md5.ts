import { Md5 } from "../../../core/md5.js";
import type { Chunk } from "../../../core/ports.js";
import type { Part, PartTypes } from "../resident/resident.js";

function text(chunk: Chunk): string {
  return chunk as unknown as string;
}

function words(chunk: Chunk, offset: number, into: number[]): void {
  const block = new Uint32Array(E.toArrayBuffer(text(chunk).slice(offset, offset + 64)));
  for (let i = 0; i < 16; i++) into[i] = block[i];
}

/** MD5 in JavaScript, where there is no ROM that has it. */
export const md5: PartTypes[Part.Md5] = () => {
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
