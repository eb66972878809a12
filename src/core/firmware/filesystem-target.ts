import { type Fault, FaultNumber, fault } from "../errors.js";
import { Command } from "../espota/invitation.js";
import type { Bytes, Chunk, Crypto, Flash } from "../ports.js";
import { SlotWriter } from "../update/slot-writer.js";
import type { Target } from "../update/target.js";
import type { Place } from "./firmware-target.js";
import { asRead, compareFlash } from "./read-back.js";
import type { StagedCopy } from "./staged-copy.js";

/** Where a filesystem image can be put before it takes the old one's place. */
export interface Staging {
  readonly copy: StagedCopy;
  readonly place: Place;
}

/**
 * A data partition (espota's command 100). Where the board has room the image is staged, verified and only then copied
 * over the old one, again and again until the copy is whole; where it has not, the old filesystem would be gone at the
 * first cut, so the image is refused unless somebody said otherwise.
 */
export class FilesystemTarget implements Target {
  readonly name: string;
  readonly headLength: number;
  private writer: SlotWriter;
  private size: number;
  private staged: boolean;

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
    this.name = "filesystem";
    this.headLength = 1;
    this.writer = new SlotWriter(bytes, flash);
    this.size = 0;
    this.staged = false;
  }

  capacity(command: number): number {
    return command === Command.Filesystem ? this.partition.size : 0;
  }

  recognises(_head: Chunk, command: number): boolean {
    return command === Command.Filesystem;
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const first = this.bytes.toText(head.slice(0, 4));
    if (first === "SLUA") return fault(FaultNumber.WrongKind, "an app does not go into the filesystem");
    if (size > this.partition.size) return fault(FaultNumber.Space, "");
    const staging = this.staging(size);
    if (staging === undefined && !this.force)
      return fault(
        FaultNumber.NotPowerSafe,
        "no room to stage: a power cut would lose the old filesystem, unless forced",
      );
    this.size = size;
    this.staged = staging !== undefined;
    const place = staging === undefined ? this.partition : staging.place;
    const blockLength = this.flash.status().blockLength;
    this.writer.begin(Math.floor(place.offset / blockLength), Math.ceil(place.size / blockLength));
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    if (this.staged && this.writer.done === 0) {
      const staging = this.staging(this.size);
      // An order that was never finished must not copy what is about to change.
      if (staging !== undefined) staging.copy.forget();
    }
    return this.writer.write(chunk);
  }

  verify(md5: string): Fault | undefined {
    return compareFlash(this.crypto, this.flash, this.writer.start, this.size, md5, asRead);
  }

  commit(): Fault | undefined {
    const staging = this.staged ? this.staging(this.size) : undefined;
    if (staging === undefined) return this.staged ? fault(FaultNumber.Commit, "staging is gone") : undefined;
    try {
      const source = this.writer.start;
      staging.copy.order({
        source: source,
        destination: this.partition.offset,
        size: this.size,
        crc: this.crypto.crc32(this.flash.read(this.size, source)),
      });
      staging.copy.carryOut();
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return "filesystem";
  }
}
