import type { Bytes, Chunk } from "../../core/ports.js";

function octets(chunk: Chunk): Buffer {
  return chunk as unknown as Buffer;
}

function chunkOf(bytes: Buffer): Chunk {
  return bytes as unknown as Chunk;
}

/** The core's `Bytes` over DeviceScript's Buffer. */
export const engineBytes: Bytes = {
  at: (chunk, index) => octets(chunk)[index],
  join: (first, second) => {
    const joined = Buffer.alloc(first.length + second.length);
    joined.set(octets(first), 0);
    joined.set(octets(second), first.length);
    return chunkOf(joined);
  },
  equal: (first, second) => {
    if (first.length !== second.length) return false;
    for (let i = 0; i < first.length; i++) if (octets(first)[i] !== octets(second)[i]) return false;
    return true;
  },
  toText: (chunk) => {
    let text = "";
    for (let i = 0; i < chunk.length; i++) text += String.fromCharCode(octets(chunk)[i]);
    return text;
  },
  fromText: (text) => {
    const bytes = Buffer.alloc(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return chunkOf(bytes);
  },
  isBlank: (chunk) => {
    for (let i = 0; i < chunk.length; i++) if (octets(chunk)[i] !== 255) return false;
    return true;
  },
  loadBlock: (chunk, offset, words) => {
    const bytes = octets(chunk);
    for (let i = 0; i < 16; i++) {
      const at = offset + 4 * i;
      words[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
  },
};
