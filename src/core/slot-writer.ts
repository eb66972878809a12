import { type Fault, FaultNumber, fault } from "./errors.js";
import type { Bytes, Chunk, Flash } from "./ports.js";

/**
 * Writes an image into blocks of flash, front to back, as the pieces come. A block that already holds the same bytes
 * is neither erased nor written (45 ms saved for each), a blank one is not erased again, and nothing outside the slot
 * is ever touched.
 */
export class SlotWriter {
  private block: number;
  private blocks: number;
  /** Bytes done. */
  private done: number;
  /** Whether the block under `done` has been made ready to be written. */
  private ready: boolean;
  /** Bytes of a block: asked for once, since a status costs an interpreter more than the writing. */
  private blockLength: number;

  constructor(
    private readonly bytes: Bytes,
    private readonly flash: Flash,
  ) {
    this.block = 0;
    this.blocks = 0;
    this.done = 0;
    this.ready = false;
    this.blockLength = flash.status().blockLength;
  }

  /** @param block first block of the slot; @param blocks how many it has */
  begin(block: number, blocks: number): void {
    this.block = block;
    this.blocks = blocks;
    this.done = 0;
    this.ready = false;
  }

  /** Offset of the slot in the flash area, bytes. */
  offset(): number {
    return this.block * this.blockLength;
  }

  written(): number {
    return this.done;
  }

  write(chunk: Chunk): Fault | undefined {
    const blockLength = this.blockLength;
    if (this.done + chunk.length > this.blocks * blockLength) return fault(FaultNumber.Space, "");
    let from = 0;
    while (from < chunk.length) {
      const inBlock = this.done % blockLength;
      if (inBlock === 0) this.ready = false;
      let length = blockLength - inBlock;
      if (length > chunk.length - from) length = chunk.length - from;
      const piece = length === chunk.length ? chunk : chunk.slice(from, from + length);
      const at = this.block * blockLength + this.done;
      let step = FaultNumber.Write;
      try {
        if (this.ready) {
          this.flash.write(piece, at);
        } else {
          step = FaultNumber.Read;
          if (!this.bytes.equal(this.flash.read(piece.length, at), piece)) {
            step = FaultNumber.Erase;
            this.clear(inBlock, at - inBlock);
            this.ready = true;
            step = FaultNumber.Write;
            this.flash.write(piece, at);
          }
        }
      } catch (error) {
        return fault(step, `${error}`);
      }
      from += length;
      this.done += length;
    }
    return undefined;
  }

  /** Makes the block writable from `inBlock` on and keeps what was found identical before it. */
  private clear(inBlock: number, blockStart: number): void {
    const blockLength = this.blockLength;
    const rest = this.flash.read(blockLength - inBlock, blockStart + inBlock);
    if (this.bytes.isBlank(rest)) return;
    const same = inBlock > 0 ? this.bytes.toText(this.flash.read(inBlock, blockStart)) : "";
    const number = Math.floor(blockStart / blockLength);
    this.flash.eraseBlock(number, number + 1);
    if (inBlock > 0) this.flash.write(this.bytes.fromText(same), blockStart);
  }
}
