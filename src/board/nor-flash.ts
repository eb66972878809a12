import type { FlashFault } from "./flash-fault.js";
import { PowerCut, type Tear, tornBytes } from "./power-cut.js";

/** One operation that the chip carries out as a whole: one page program (256 bytes at most) or one block erase. */
export interface FlashOperation {
  /** Counts all operations of this flash since it was made, from 0. */
  readonly index: number;
  readonly kind: "program" | "erase";
  readonly address: number;
  readonly length: number;
}

/** Called before every operation. Returning a tear cuts the power in the middle of it. */
export type FlashHook = (operation: FlashOperation) => Tear | undefined;

/** Keeps what the chip holds beyond the process. Called after each operation, before it returns. */
export type FlashBacking = (bytes: Uint8Array, offset: number) => void;

interface NorFlashOptions {
  /** Bytes. */
  readonly size: number;
  /** Bytes of an erase block. */
  readonly blockLength: number;
  /** Address of the first byte; default 0. */
  readonly base?: number;
  /** Bytes that one program operation takes at most. */
  readonly pageLength?: number;
  /** What is on the chip already. */
  readonly content?: Uint8Array | undefined;
  readonly backing?: FlashBacking | undefined;
}

/** A rule of the test bench was broken: a write where none may happen. Not physics. */
export class FlashGuardError extends Error {
  override readonly name = "FlashGuardError";
}

/** One erase block. Shared between forks, unless the chip that may write to it in place is named. */
interface Block {
  readonly bytes: Uint8Array;
  owner: object | undefined;
  /** How often it was erased: its wear. */
  erases: number;
}

/** Blocks that are shared as one until one of them is written. */
interface Group {
  readonly blocks: Block[];
  readonly owner: object | undefined;
}

const groupLength = 32;

/**
 * A NOR flash chip. Erased cells are 1; a program only clears bits (new = old & data); an erase sets a whole block.
 * Addresses and lengths in bytes. Blocks are shared between forks until one of them writes, so that a fork costs no
 * more than a list of groups of blocks.
 */
export class NorFlash {
  readonly size: number;
  readonly blockLength: number;
  readonly base: number;
  readonly end: number;
  readonly pageLength: number;
  /** Called before each operation; set it to cut the power. */
  hook: FlashHook | undefined;
  /** What it does wrong; its forks do so as well. */
  fault: FlashFault | undefined;
  /** Operations, and reads, so far. */
  operations = 0;
  reads = 0;
  /** Bytes whose programming would have turned a 0 into a 1, which no chip does. */
  violations = 0;
  readonly #groups: Group[];
  #owner: object = {};
  readonly #erased: Uint8Array;
  readonly #backing: FlashBacking | undefined;
  /** The operation under way comes to nothing. */
  #isSwallowed = false;
  readonly #guards: { readonly start: number; readonly end: number; readonly what: string }[] = [];

  constructor(options: NorFlashOptions, parent?: NorFlash) {
    this.size = options.size;
    this.blockLength = options.blockLength;
    this.base = options.base ?? 0;
    this.end = this.base + this.size;
    this.pageLength = options.pageLength ?? 256;
    this.#backing = options.backing;
    const count = this.size / this.blockLength;
    if (!Number.isInteger(count)) throw new RangeError("flash size is not a whole number of blocks");
    if (parent) {
      this.#erased = parent.#erased;
      this.#groups = parent.#groups.slice();
      this.fault = parent.fault?.fork();
      this.operations = parent.operations;
      this.reads = parent.reads;
      this.violations = parent.violations;
      return;
    }
    this.#erased = new Uint8Array(this.blockLength).fill(0xff);
    const content = options.content;
    if (content && content.length !== this.size) throw new RangeError("flash content has another size");
    const blocks = Array.from({ length: count }, (_, block): Block => {
      const bytes = content?.slice(block * this.blockLength, (block + 1) * this.blockLength) ?? this.#erased;
      return { bytes, owner: undefined, erases: 0 };
    });
    this.#groups = Array.from({ length: Math.ceil(count / groupLength) }, (_, group) => ({
      blocks: blocks.slice(group * groupLength, (group + 1) * groupLength),
      owner: this.#owner,
    }));
  }

  /** Erases of each block: its wear. */
  get erases(): number[] {
    return this.#groups.flatMap(({ blocks }) => blocks.map(({ erases }) => erases));
  }

  /** A chip of its own that holds the same; hook, guards and backing stay behind. */
  fork(): NorFlash {
    const child = new NorFlash(this, this);
    // Neither side owns the common blocks any more: whoever writes first takes a copy.
    this.#owner = {};
    return child;
  }

  /** A copy of `length` bytes at `address`. */
  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    const result = new Uint8Array(length);
    let at = address - this.base;
    for (let done = 0; done < length; ) {
      const within = at % this.blockLength;
      const count = Math.min(this.blockLength - within, length - done);
      const block = this.#block(at).bytes;
      result.set(count === block.length ? block : block.subarray(within, within + count), done);
      done += count;
      at += count;
    }
    this.fault?.spoil(this.reads, result);
    this.reads++;
    return result;
  }

  /** What it holds in truth, for whoever judges the board: reads that `look` makes are neither spoilt nor counted. */
  honestly<T>(look: () => T): T {
    const { fault, reads } = this;
    this.fault = undefined;
    try {
      return look();
    } finally {
      this.fault = fault;
      this.reads = reads;
    }
  }

  /**
   * The bytes of the block that holds `address`, not a copy: for comparing contents by identity. They never change,
   * since the chip takes a copy of its own before it next programs this block. Not to be written to.
   */
  frozenBlockAt(address: number): Uint8Array {
    this.#check(address, 1);
    const block = this.#block(address - this.base);
    if (block.owner === this.#owner) block.owner = undefined;
    return block.bytes;
  }

  /** True when all of it reads 0xFF. */
  isBlank(address: number, length: number): boolean {
    this.#check(address, length);
    let at = address - this.base;
    for (const end = at + length; at < end; at++) {
      const block = this.#block(at).bytes;
      if (block === this.#erased) at += this.blockLength - (at % this.blockLength) - 1;
      else if (block[at % this.blockLength] !== 0xff) return false;
    }
    return true;
  }

  /** Programs `data`, split where the chip's pages end. */
  program(address: number, data: Uint8Array): void {
    this.#check(address, data.length);
    for (let done = 0; done < data.length; ) {
      const at = address + done;
      const count = Math.min(this.pageLength - ((at - this.base) % this.pageLength), data.length - done);
      this.#programPage(at, data.subarray(done, done + count));
      done += count;
    }
  }

  /** Erases the block that holds `address`. */
  eraseBlockAt(address: number): void {
    this.#check(address, 1);
    const offset = Math.floor((address - this.base) / this.blockLength) * this.blockLength;
    const tear = this.#begin("erase", this.base + offset, this.blockLength);
    const whole = !tear || tear.mode === "complete";
    const { bytes, owner, erases } = this.#block(offset);
    const isKept = this.#isSwallowed;
    const after = whole ? this.#erased : tornBytes(bytes, this.#erased, tear);
    this.#put(offset, {
      bytes: isKept ? bytes : after,
      owner: isKept ? owner : whole ? undefined : this.#owner,
      erases: erases + 1,
    });
    if (!isKept && this.fault !== undefined) this.fault.hold(this.operations - 1, offset, this.#own(offset));
    this.#backing?.(this.#block(offset).bytes, offset);
    if (tear) throw new PowerCut();
  }

  /**
   * Forbids writes to [start, end): any that comes throws FlashGuardError and changes nothing.
   * @returns what lifts the guard
   */
  protect(start: number, end: number, what: string): () => void {
    const guard = { start, end, what };
    this.#guards.push(guard);
    return () => {
      this.#guards.splice(this.#guards.indexOf(guard), 1);
    };
  }

  /** Allows writes in [start, end) only. @returns what lifts the guard */
  confine(start: number, end: number, what: string): () => void {
    const before = this.protect(this.base, start, `outside ${what}`);
    const behind = this.protect(end, this.end, `outside ${what}`);
    return () => {
      before();
      behind();
    };
  }

  /** Cuts the power in operation number `index` (see `operations`). */
  cutAt(index: number, tear: Tear): void {
    this.hook = (operation) => (operation.index === index ? tear : undefined);
  }

  #block(at: number): Block {
    const block = Math.floor(at / this.blockLength);
    return this.#groups[Math.floor(block / groupLength)].blocks[block % groupLength];
  }

  #put(at: number, block: Block): void {
    const number = Math.floor(at / this.blockLength);
    const group = Math.floor(number / groupLength);
    if (this.#groups[group].owner !== this.#owner)
      this.#groups[group] = { blocks: this.#groups[group].blocks.slice(), owner: this.#owner };
    this.#groups[group].blocks[number % groupLength] = block;
  }

  #programPage(address: number, data: Uint8Array): void {
    const at = address - this.base;
    const within = at % this.blockLength;
    const tear = this.#begin("program", address, data.length);
    const before = this.#block(at).bytes.subarray(within, within + data.length);
    const after = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) {
      after[i] = before[i] & data[i];
      if (after[i] !== data[i]) this.violations++;
    }
    const result = tear ? tornBytes(before, after, tear) : after;
    if (this.#isSwallowed) result.set(before);
    else this.fault?.hold(this.operations - 1, at, result);
    this.#own(at).set(result, within);
    this.#backing?.(result, at);
    if (tear) throw new PowerCut();
  }

  /** The bytes of a block, to be written to. */
  #own(at: number): Uint8Array {
    const block = this.#block(at);
    if (block.owner === this.#owner) return block.bytes;
    const bytes = block.bytes.slice();
    this.#put(at, { bytes, owner: this.#owner, erases: block.erases });
    return bytes;
  }

  #begin(kind: FlashOperation["kind"], address: number, length: number): Tear | undefined {
    for (const guard of this.#guards)
      if (address < guard.end && address + length > guard.start)
        throw new FlashGuardError(`${kind} at 0x${address.toString(16)}, ${length} bytes: ${guard.what}`);
    const operation = { index: this.operations++, kind, address, length };
    const tear = this.hook?.(operation);
    const offset = address - this.base;
    this.#isSwallowed = this.fault?.swallows(operation, offset - (offset % this.blockLength)) ?? false;
    return tear;
  }

  #check(address: number, length: number): void {
    if (address < this.base || length < 0 || address + length > this.end)
      throw new RangeError(`flash address 0x${address.toString(16)} + ${length} is outside the chip`);
  }
}
