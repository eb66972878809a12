import { type Fault, FaultNumber, fault } from "../errors.js";
import { Command } from "../espota/wire.js";
import { imageKind } from "../image/judge.js";
import type { Bytes, Checksum, Chunk, Crypto, Flash } from "../ports.js";
import { u32, u32Text } from "../read.js";
import { SlotWriter } from "../update/slot-writer.js";
import type { Target } from "../update/target.js";
import { asRead, compareFlash, type Place } from "./firmware-target.js";

/**
 * A copy that survives power cuts. The record that orders it:
 *
 *   0  4  "SCP1"    8  4  source        16  4  bytes to copy     24  4  CRC-32 of bytes 0..23
 *   4  4  zero     12  4  destination   20  4  CRC-32 of them    28  4  0xFFFFFFFF; zero once it is finished
 *
 *     record             call                       power is lost in it
 *     blank, or damaged  the bytes are staged       the old bytes
 *     blank, or damaged  order                      the old bytes: the record's CRC is wrong
 *     open               carryOut, at each boot     copied again from the start; the staged bytes stay until then
 *     open, copied       carryOut's last write      copied again, or finished
 *     finished           forget, before the next    the new bytes
 */
export interface CopyOrder {
  readonly source: number;
  readonly destination: number;
  /** Bytes. */
  readonly size: number;
  /** CRC-32 of the staged bytes. */
  readonly crc: number;
}

const magic = "SCP1";
const doneOffset = 28;
const recordLength = 32;

export class StagedCopy {
  /** @param block number of the block that holds the record and nothing else */
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    private readonly block: number,
  ) {}

  /** The order that is not carried out yet, if there is one. */
  pending(): CopyOrder | undefined {
    const record = this.flash.read(recordLength, this.offset());
    if (this.bytes.toText(record.slice(0, 4)) !== magic) return undefined;
    if (this.checksum.crc32(record.slice(0, 24)) !== u32(this.bytes, record, 24)) return undefined;
    if (u32(this.bytes, record, doneOffset) === 0) return undefined;
    return {
      source: u32(this.bytes, record, 8),
      destination: u32(this.bytes, record, 12),
      size: u32(this.bytes, record, 16),
      crc: u32(this.bytes, record, 20),
    };
  }

  /** The atomic step: from here on the copy happens. */
  order(order: CopyOrder): void {
    this.flash.eraseBlock(this.block, this.block + 1);
    const head =
      `${magic}\0\0\0\0` +
      u32Text(order.source) +
      u32Text(order.destination) +
      u32Text(order.size) +
      u32Text(order.crc);
    const crc = u32Text(this.checksum.crc32(this.bytes.fromText(head)));
    this.flash.write(this.bytes.fromText(head + crc), this.offset());
  }

  /** Withdraws the order; call it before the staging area is written to. */
  forget(): void {
    if (this.bytes.isBlank(this.flash.read(recordLength, this.offset()))) return;
    this.flash.eraseBlock(this.block, this.block + 1);
  }

  /**
   * Carries out what is pending; blocks that are already the same are left alone.
   * @returns true when something was copied
   */
  carryOut(): boolean {
    const order = this.pending();
    if (order === undefined) return false;
    const length = this.flash.status().blockLength;
    if (this.checksum.crc32(this.flash.read(order.size, order.source)) !== order.crc) return false;
    for (let done = 0; done < order.size; done += length) {
      const piece = this.flash.read(Math.min(length, order.size - done), order.source + done);
      this.copyBlock(piece, order.destination + done, length);
    }
    this.flash.write(this.bytes.fromText(u32Text(0)), this.offset() + doneOffset);
    return true;
  }

  private copyBlock(piece: Chunk, at: number, length: number): void {
    if (this.bytes.equal(this.flash.read(piece.length, at), piece)) return;
    const block = Math.floor(at / length);
    if (!this.bytes.isBlank(this.flash.read(length, at))) this.flash.eraseBlock(block, block + 1);
    this.flash.write(piece, at);
  }

  private offset(): number {
    return this.block * this.flash.status().blockLength;
  }
}

/** Where a filesystem image can be put before it takes the old one's place. */
export interface Staging {
  readonly copy: StagedCopy;
  readonly place: Place;
}

/**
 * A data partition (espota's command 100). Where the board has room the image is staged, verified and only then copied
 * over the old one, again and again until the copy is whole; where it has not, the old filesystem would be gone at the
 * first cut, so the image is refused unless forced.
 */
export class FilesystemTarget implements Target {
  readonly name = "filesystem";
  readonly headLength = 16;
  private readonly writer: SlotWriter;
  private size = 0;
  private staged: Staging | undefined = undefined;

  constructor(
    private readonly bytes: Bytes,
    private readonly crypto: Crypto,
    private readonly flash: Flash,
    private readonly partition: Place,
    /** Room for staging as it is now; undefined when there is none. */
    private readonly staging: (size: number) => Staging | undefined,
    /** Writes over the old filesystem in place if need be. */
    private readonly force: boolean,
  ) {
    this.writer = new SlotWriter(bytes, flash);
  }

  capacity(command: number): number {
    return command === Command.Filesystem ? this.partition.size : 0;
  }

  recognises(_head: Chunk, command: number): boolean {
    return command === Command.Filesystem;
  }

  judge(head: Chunk, size: number): Fault | undefined {
    // SPIFFS has nothing of its own in front: what is something else is refused, not what is unknown.
    const kind = imageKind({ bytes: this.bytes, crypto: this.crypto }, head);
    if (kind !== "unknown")
      return fault(FaultNumber.WrongKind, `an image of kind ${kind} does not go into the filesystem`);
    if (this.bytes.toText(head.slice(0, 1)) === "<")
      return fault(FaultNumber.WrongKind, "a web page does not go into the filesystem");
    if (size > this.partition.size) return fault(FaultNumber.Space, "");
    const staging = this.staging(size);
    if (staging === undefined && !this.force)
      return fault(
        FaultNumber.NotPowerSafe,
        "no room to stage: a power cut would lose the old filesystem, unless forced",
      );
    this.size = size;
    this.staged = staging;
    const place = staging === undefined ? this.partition : staging.place;
    const blockLength = this.flash.status().blockLength;
    this.writer.begin(Math.floor(place.offset / blockLength), Math.ceil(place.size / blockLength));
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    // An order that was never finished must not copy what is about to change.
    if (this.staged !== undefined && this.writer.done === 0) this.staged.copy.forget();
    return this.writer.write(chunk);
  }

  verify(md5: string): Fault | undefined {
    return compareFlash(this.crypto, this.flash, this.writer.start, this.size, md5, asRead);
  }

  commit(): Fault | undefined {
    if (this.staged === undefined) return undefined;
    try {
      const source = this.writer.start;
      this.staged.copy.order({
        source: source,
        destination: this.partition.offset,
        size: this.size,
        crc: this.crypto.crc32(this.flash.read(this.size, source)),
      });
      this.staged.copy.carryOut();
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return this.name;
  }
}
