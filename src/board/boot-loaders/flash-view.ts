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

/** Distinct blocks that are remembered before all is forgotten: about 20 MB with what hangs on them. */
const capacity = 50_000;

let epoch = 0;
let numbers = new WeakMap<Uint8Array, number>();
const digests = new Map<string, number>();

/** A number that stands for the content of a block: equal numbers, equal bytes. */
function contentNumber(block: Uint8Array): number {
  const known = numbers.get(block);
  if (known !== undefined) return known;
  const digest = createHash("md5").update(block).digest("base64");
  const number = digests.get(digest) ?? digests.size;
  digests.set(digest, number);
  numbers.set(block, number);
  return number;
}

/** A look and the very blocks that it saw. */
interface Recent<T> {
  readonly blocks: readonly Uint8Array[];
  readonly value: T;
}

/** Looks per place that are found again by comparing block identities alone, the latest first. */
const recentCount = 4;

/**
 * Remembers what was found out about bytes in flash, by their content: a chip and its forks, the same image before and
 * after a power cut are looked at once. A boot then costs a walk over block identities instead of a SHA-256.
 */
export class ContentMemo<T> {
  #epoch = epoch;
  readonly #recent = new Map<string, Recent<T>[]>();
  readonly #values = new Map<string, T>();
  /** Numbers of blocks that a look took so far, ascending, by what the first block holds. */
  readonly #depths = new Map<string, number[]>();

  /**
   * @param what everything but the bytes that the answer depends on
   * @param offset of the first byte from the start of the chip
   * @param size bytes that `look` may read
   * @param look pure: depends on the bytes it reads and on `what`
   */
  get(flash: NorFlash, what: string, offset: number, size: number, look: (view: FlashView) => T): T {
    const start = flash.base + offset;
    const place = `${what} ${offset} ${size}`;
    const recent = this.#recent.get(place) ?? [];
    const first = start - ((start - flash.base) % flash.blockLength);
    for (const entry of recent) if (isSame(flash, first, entry.blocks)) return entry.value;
    const found = this.#byContent(flash, what, offset, size, look);
    const blocks = Array.from({ length: found.depth }, (_, index) =>
      flash.frozenBlockAt(first + index * flash.blockLength),
    );
    this.#recent.set(place, [{ blocks, value: found.value }, ...recent.slice(0, recentCount - 1)]);
    return found.value;
  }

  #byContent(
    flash: NorFlash,
    what: string,
    offset: number,
    size: number,
    look: (view: FlashView) => T,
  ): { value: T; depth: number } {
    this.#forgetWithTheRest();
    const { blockLength } = flash;
    const start = flash.base + offset;
    const within = offset % blockLength;
    const keys = [`${what} ${within} ${size}`];
    const keyOf = (depth: number): string => {
      for (let index = keys.length - 1; index < depth; index++)
        keys.push(
          `${keys[index]},${contentNumber(flash.frozenBlockAt(start - within + index * blockLength))}`,
        );
      return keys[depth];
    };
    const least = Math.min(1, size);
    const head = keyOf(least);
    const depths = this.#depths.get(head) ?? [];
    for (const depth of depths) {
      const value = this.#values.get(keyOf(depth));
      if (value !== undefined) return { value, depth };
    }
    let touched = 0;
    const view = chipView(flash, offset, size);
    const value = look({
      size,
      read: (at, length) => {
        touched = Math.max(touched, at + length);
        return view.read(at, length);
      },
    });
    const depth = Math.max(least, Math.ceil((within + touched) / blockLength));
    if (!depths.includes(depth))
      this.#depths.set(
        head,
        [...depths, depth].sort((a, b) => a - b),
      );
    this.#values.set(keyOf(depth), value);
    return { value, depth };
  }

  #forgetWithTheRest(): void {
    if (digests.size >= capacity) {
      digests.clear();
      numbers = new WeakMap();
      epoch++;
    }
    if (this.#epoch === epoch) return;
    this.#epoch = epoch;
    this.#values.clear();
    this.#depths.clear();
  }
}

function isSame(flash: NorFlash, first: number, blocks: readonly Uint8Array[]): boolean {
  for (let index = 0; index < blocks.length; index++)
    if (flash.frozenBlockAt(first + index * flash.blockLength) !== blocks[index]) return false;
  return true;
}
