import { createHash } from "node:crypto";
import type { ByteSource } from "../../core/image/source.js";
import type { NorFlash } from "../nor-flash.js";

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

function forgetWhenFull(): void {
  if (digests.size < capacity) return;
  digests.clear();
  numbers = new WeakMap();
  epoch++;
}

/**
 * Remembers what was found out about bytes in flash, by their content: a chip and its forks, two slots with the same
 * image, the same image before and after a power cut are looked at once. A boot then costs a walk over block
 * identities instead of a SHA-256.
 */
export class ContentMemo<T> {
  #epoch = epoch;
  readonly #values = new Map<string, T>();
  /** Numbers of blocks that a look took so far, ascending, by what the first block holds. */
  readonly #depths = new Map<string, number[]>();

  /**
   * @param what everything but the bytes that the answer depends on
   * @param start address of the first byte
   * @param size bytes that `look` may read
   * @param look pure: depends on the bytes it reads and on `what`
   */
  get(flash: NorFlash, what: string, start: number, size: number, look: (source: ByteSource) => T): T {
    forgetWhenFull();
    if (this.#epoch !== epoch) {
      this.#epoch = epoch;
      this.#values.clear();
      this.#depths.clear();
    }
    const { blockLength } = flash;
    const within = (start - flash.base) % blockLength;
    let key = `${what} ${within} ${size}`;
    let read = 0;
    const extend = (depth: number): void => {
      for (; read < depth; read++)
        key += `,${contentNumber(flash.frozenBlockAt(start - within + read * blockLength))}`;
    };
    extend(Math.min(1, size));
    const first = key;
    const depths = this.#depths.get(first) ?? [];
    for (const depth of depths) {
      extend(depth);
      const known = this.#values.get(key);
      if (known !== undefined) return known;
    }
    let touched = 0;
    const value = look({
      size,
      read: (offset, length) => {
        touched = Math.max(touched, offset + length);
        return flash.read(start + offset, length);
      },
    });
    const depth = Math.max(Math.min(1, size), Math.ceil((within + touched) / blockLength));
    if (!depths.includes(depth))
      this.#depths.set(
        first,
        [...depths, depth].sort((a, b) => a - b),
      );
    if (depth < read) key = key.split(",", depth + 1).join(",");
    extend(depth);
    this.#values.set(key, value);
    return value;
  }
}
