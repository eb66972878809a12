import { type Fault, FaultNumber, fault } from "../errors.js";
import type { BlockBuffer, Blocks, Chunk, Crypto, Digest } from "../ports.js";
import type { Offer } from "./offer.js";
import type { Target } from "./target.js";

/** Takes an image in pieces of any length, has its head judged, and passes it on in whole blocks, hashed. */
export class ImageReceiver {
  /** Bytes so far. */
  received = 0;
  /** Where pieces are collected; see `limit`. */
  readonly block: BlockBuffer;
  /** Bytes in the block. */
  filled = 0;
  /** Of what was received, once it is verified: 32 hex digits. */
  md5 = "";
  private target: Target | undefined = undefined;
  private readonly digest: Digest;
  /** Bytes of the head that a target wants to judge. */
  private wanted = 0;

  /** @param targets in the order in which they may claim an image. @throws Error without memory */
  constructor(
    private readonly bytes: Blocks,
    crypto: Pick<Crypto, "md5">,
    private readonly targets: readonly Target[],
    private readonly offer: Offer,
  ) {
    this.digest = crypto.md5();
    this.block = bytes.block();
    for (const target of targets)
      if (target.capacity(offer.command) > 0 && target.headLength > this.wanted)
        this.wanted = target.headLength;
  }

  /**
   * Offset in the block up to which, and not including, callers can put pieces there themselves: nothing is due
   * before. They add them, before the next `write`, to `filled` and `received`.
   */
  limit(): number {
    if (this.target === undefined) return 0;
    const left = this.offer.size - this.received + this.filled;
    return left < this.block.length ? left : this.block.length;
  }

  write(chunk: Chunk): Fault | undefined {
    const length = chunk.length;
    if (this.received + length > this.offer.size) return fault(FaultNumber.Space, "");
    const left = this.block.length - this.filled;
    if (length > left) return this.write(chunk.slice(0, left)) ?? this.write(chunk.slice(left));
    this.block.set(chunk, this.filled);
    this.filled += length;
    this.received += length;
    return length === left || this.target === undefined || this.received === this.offer.size
      ? this.settle()
      : undefined;
  }

  /** Length, MD5, and what flash holds now. */
  verify(): Fault | undefined {
    const offer = this.offer;
    if (this.received === 0) return fault(FaultNumber.NoData, "");
    if (this.received < offer.size)
      return fault(FaultNumber.Aborted, `got ${this.received} of ${offer.size} bytes`);
    this.md5 = this.digest.hex();
    const expected = offer.md5.toLowerCase();
    if (expected.length > 0 && this.md5 !== expected)
      return fault(FaultNumber.Md5, `expected: ${expected}, calculated: ${this.md5}`);
    const sha256 = offer.sha256 === undefined ? "" : offer.sha256.toLowerCase();
    return this.target === undefined
      ? fault(FaultNumber.MagicByte, "")
      : this.target.verify(this.md5, sha256);
  }

  commit(): Fault | undefined {
    return this.target === undefined ? fault(FaultNumber.MagicByte, "") : this.target.commit();
  }

  /** What it is, once judged: "garden@2.0.0". */
  describe(): string {
    return this.target === undefined ? "" : this.target.describe();
  }

  /** What of the block can go on its way, once the head has been judged. */
  private settle(): Fault | undefined {
    const block = this.block;
    const isLast = this.received === this.offer.size;
    if (this.target === undefined) {
      if (this.filled < this.wanted && this.filled < block.length && !isLast) return undefined;
      const refused = this.choose(this.bytes.head(block, this.filled));
      if (refused !== undefined) return refused;
    }
    const target = this.target;
    if (target === undefined || (this.filled < block.length && !isLast)) return undefined;
    const bytes = this.bytes.take(block, this.filled);
    this.filled = 0;
    this.digest.update(bytes);
    return target.write(bytes);
  }

  private choose(head: Chunk): Fault | undefined {
    const command = this.offer.command;
    const size = this.offer.size;
    for (const target of this.targets) {
      if (target.capacity(command) === 0 || !target.recognises(head, command)) continue;
      if (size > target.capacity(command)) return fault(FaultNumber.Space, "");
      const refused = target.judge(head, size);
      if (refused !== undefined) return refused;
      this.target = target;
      return undefined;
    }
    return fault(FaultNumber.MagicByte, "");
  }
}

/** What of an update's tools (update.ts) targets decide. */
export interface Receiving {
  readonly capacity: (command: number) => number;
  readonly receiver: (offer: Offer) => ImageReceiver;
}

export function receivingOf(
  bytes: Blocks,
  crypto: Pick<Crypto, "md5">,
  targets: readonly Target[],
): Receiving {
  return {
    capacity: (command) => {
      let most = 0;
      for (const target of targets) {
        const capacity = target.capacity(command);
        if (capacity > most) most = capacity;
      }
      return most;
    },
    receiver: (offer) => new ImageReceiver(bytes, crypto, targets, offer),
  };
}
