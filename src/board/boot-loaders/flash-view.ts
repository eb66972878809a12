import { createHash } from "node:crypto";
import type { NorFlash } from "../nor-flash.js";

/** Bytes as a boot loader reads them: a slot, or all that is left of the chip. */
export interface FlashView {
  /** Bytes. */
  readonly size: number;
  /** Only ever called for what lies inside `size`. */
  readonly read: (offset: number, length: number) => Buffer;
}

/** The bytes of the chip from an offset on. @param size bytes; all that follow unless given */
export function chipView(flash: NorFlash, offset: number, size = flash.size - offset): FlashView {
  return { size, read: (at, length) => readChip(flash, offset + at, length) };
}

/** A copy of what lies at an offset from the start of the chip. */
export function readChip(flash: NorFlash, offset: number, length: number): Buffer {
  const bytes = flash.read(flash.base + offset, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A file, as if it lay in a slot. */
export function fileView(file: Uint8Array): FlashView {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  return { size: file.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** XOR of all bytes, four at a time where they are aligned: images are gone through by the thousand. */
export function xorBytes(data: Uint8Array, seed: number): number {
  let value = seed;
  let done = 0;
  if (data.byteOffset % 4 === 0) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
    let wide = 0;
    for (let i = 0; i < words.length; i++) wide ^= words[i];
    value ^= wide ^ (wide >>> 8) ^ (wide >>> 16) ^ (wide >>> 24);
    done = words.length * 4;
  }
  for (; done < data.length; done++) value ^= data[done];
  return value & 0xff;
}

const digests = new WeakMap<Uint8Array, string>();

function digestOf(block: Uint8Array): string {
  const known = digests.get(block);
  if (known !== undefined) return known;
  const digest = createHash("md5").update(block).digest("base64");
  digests.set(block, digest);
  return digest;
}

/** Answers by the digests of the blocks, one after the other; a branch ends where the look needed no more of them. */
type Tree<T> = Map<string, Tree<T> | { readonly value: T }>;

/** Branches that are remembered before all is forgotten: about 20 MB. */
const capacity = 100_000;

/**
 * Remembers what was found out about bytes in flash, by their content: a chip and its forks, the same image before and
 * after a power cut are looked at once. A boot then costs a walk over digests of blocks instead of a SHA-256.
 */
export class ContentMemo<T> {
  readonly #tree: Tree<T> = new Map();
  #branches = 0;

  /**
   * @param what everything but the bytes that the answer depends on
   * @param offset of the first byte from the start of the chip
   * @param size bytes that `look` may read
   * @param look pure: depends on the bytes it reads and on `what`
   */
  get(flash: NorFlash, what: string, offset: number, size: number, look: (view: FlashView) => T): T {
    const { blockLength } = flash;
    const within = offset % blockLength;
    const first = flash.base + offset - within;
    const keyAt = (depth: number): string =>
      depth === 0
        ? `${what} ${within} ${size}`
        : digestOf(flash.frozenBlockAt(first + (depth - 1) * blockLength));
    let found: Tree<T> | { readonly value: T } | undefined = this.#tree;
    for (let depth = 0; found instanceof Map; depth++) found = found.get(keyAt(depth));
    if (found !== undefined) return found.value;
    let touched = 0;
    const view = chipView(flash, offset, size);
    const value = look({
      size,
      read: (at, length) => {
        touched = Math.max(touched, at + length);
        return view.read(at, length);
      },
    });
    if (this.#branches > capacity) {
      this.#tree.clear();
      this.#branches = 0;
    }
    // A look that read past the view may depend on all of it.
    const depth = Math.ceil((within + (touched || size)) / blockLength);
    let tree = this.#tree;
    for (let at = 0; at < depth; at++) {
      const known = tree.get(keyAt(at));
      const next: Tree<T> = known instanceof Map ? known : new Map();
      tree.set(keyAt(at), next);
      tree = next;
      this.#branches++;
    }
    tree.set(keyAt(depth), { value });
    return value;
  }
}
