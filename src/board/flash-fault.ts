import type { FlashOperation } from "./nor-flash.js";

/**
 * What a chip does wrong, or the way to it.
 *
 *   lost-write     programs come to nothing, in silence: Espruino's ESP32 port drops the driver's errors
 *   lost-erase     the same of erases
 *   throws         operations come to nothing, with an Error
 *   flipped-read   reads come with a wrong bit
 *   stuck-bit      a cell keeps its value for ever
 *   dead-block     a block takes neither programs nor erases any more, in silence
 */
export const faultKinds = [
  "lost-write",
  "lost-erase",
  "throws",
  "flipped-read",
  "stuck-bit",
  "dead-block",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultOptions {
  readonly kind: FaultKind;
  /** Number of the first operation that it befalls (`NorFlash.operations`), or of the first read (`NorFlash.reads`). */
  readonly from: number;
  /** Operations or reads that it befalls; default: all that follow. Stuck bits and dead blocks stay as they are. */
  readonly count?: number;
  /** Chooses bits. */
  readonly seed?: number;
}

/** One fault of one chip. It begins by itself when its operation comes. */
export class FlashFault {
  /** Offset on the chip of the cell or the block, once it is known. */
  #at = -1;
  /** The stuck bit, and whether it is stuck at 1. */
  #mask = 0;
  #isSet = false;

  constructor(readonly options: FaultOptions) {}

  /** The same fault for a copy of the chip. */
  fork(): FlashFault {
    const copy = new FlashFault(this.options);
    copy.#at = this.#at;
    copy.#mask = this.#mask;
    copy.#isSet = this.#isSet;
    return copy;
  }

  /**
   * @param block offset of the block that the operation is about
   * @returns whether the operation comes to nothing
   * @throws Error
   */
  swallows({ kind, index, address }: FlashOperation, block: number): boolean {
    switch (this.options.kind) {
      case "lost-write":
        return kind === "program" && this.#befalls(index);
      case "lost-erase":
        return kind === "erase" && this.#befalls(index);
      case "throws":
        if (this.#befalls(index))
          throw new Error(`flash does not answer: ${kind} at 0x${address.toString(16)}`);
        return false;
      case "dead-block":
        if (this.#at < 0 && index >= this.options.from) this.#at = block;
        return this.#at === block;
      default:
        return false;
    }
  }

  /** Lets a stuck cell have its way with what an operation leaves. @param offset of the bytes on the chip */
  hold(index: number, offset: number, bytes: Uint8Array): void {
    if (this.options.kind !== "stuck-bit") return;
    if (this.#at < 0 && index >= this.options.from) {
      const seed = this.#mixed(index);
      this.#at = offset + (seed % bytes.length);
      this.#mask = 1 << ((seed >>> 16) & 7);
      this.#isSet = ((seed >>> 20) & 1) === 1;
    }
    const at = this.#at - offset;
    if (this.#at < 0 || at < 0 || at >= bytes.length) return;
    if (this.#isSet) bytes[at] |= this.#mask;
    else bytes[at] &= ~this.#mask;
  }

  /** @param read number of the read that gave `bytes` */
  spoil(read: number, bytes: Uint8Array): void {
    if (this.options.kind !== "flipped-read" || bytes.length === 0 || !this.#befalls(read)) return;
    const seed = this.#mixed(read);
    bytes[seed % bytes.length] ^= 1 << ((seed >>> 16) & 7);
  }

  #befalls(index: number): boolean {
    const { from, count = Number.POSITIVE_INFINITY } = this.options;
    return index >= from && index < from + count;
  }

  #mixed(index: number): number {
    let mixed = Math.imul((this.options.seed ?? 1) ^ index, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return (mixed ^ (mixed >>> 13)) >>> 0;
  }
}
