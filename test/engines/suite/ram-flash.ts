import type { Bytes, Chunk, Flash, FlashStatus } from "../../../src/core/ports.js";
import { repeated } from "./tools.js";

/** NOR flash in memory: erased bytes are 0xFF, and a write that would set a bit throws. */
export class RamFlash implements Flash {
  erases: number;
  writes: number;
  private readonly blocks: Chunk[];
  private readonly blank: Chunk;

  constructor(
    private readonly bytes: Bytes,
    private readonly blockLength: number,
    count: number,
  ) {
    this.erases = 0;
    this.writes = 0;
    this.blocks = [];
    this.blank = bytes.fromText(repeated("\u00ff", blockLength));
    for (let i = 0; i < count; i++) this.blocks.push(this.blank);
  }

  status(): FlashStatus {
    const count = this.blocks.length;
    return { size: count * this.blockLength, blockLength: this.blockLength, blocks: count };
  }

  read(length: number, offset: number): Chunk {
    let found = this.bytes.fromText("");
    let at = offset;
    const end = offset + length;
    while (at < end) {
      const from = at % this.blockLength;
      let to = from + end - at;
      if (to > this.blockLength) to = this.blockLength;
      const piece = this.blocks[Math.floor(at / this.blockLength)].slice(from, to);
      found = found.length === 0 ? piece : this.bytes.join(found, piece);
      at += to - from;
    }
    return found;
  }

  /** Within one block, which is all the core does. */
  write(bytes: Chunk, offset: number): void {
    this.writes++;
    const number = Math.floor(offset / this.blockLength);
    const from = offset % this.blockLength;
    if (from + bytes.length > this.blockLength) throw new Error("write across blocks");
    const block = this.blocks[number];
    const there = block.slice(from, from + bytes.length);
    const isBlank = this.bytes.equal(there, this.blank.slice(0, bytes.length));
    for (let i = 0; i < bytes.length && !isBlank; i++) {
      const value = this.bytes.at(bytes, i);
      if ((this.bytes.at(block, from + i) & value) !== value) throw new Error(`bit set at ${offset + i}`);
    }
    const before = this.bytes.join(block.slice(0, from), bytes);
    this.blocks[number] = this.bytes.join(before, block.slice(from + bytes.length, this.blockLength));
  }

  eraseBlock(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      this.erases++;
      this.blocks[i] = this.blank;
    }
  }
}
