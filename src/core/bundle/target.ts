import { type Fault, FaultNumber, fault, isFault } from "../errors.js";
import type { Bytes, Chunk, Crypto, Flash } from "../ports.js";
import type { Journal } from "../update/journal.js";
import { SlotWriter } from "../update/slot-writer.js";
import type { StoreLayout } from "../update/store.js";
import type { Target } from "../update/target.js";
import { appHeaderLength, isAppBundle } from "./header.js";
import { type BundlePlace, type BundleTargetOptions, judgeBundle, verifyBundle } from "./judge.js";

/** Takes apps and agents into the slot that does not run; the commit is one byte in the boot journal. */
export class BundleTarget implements Target {
  readonly name: string = "bundle";
  readonly headLength: number = appHeaderLength;
  private readonly writer: SlotWriter;
  private place: BundlePlace | undefined = undefined;

  constructor(
    private readonly bytes: Bytes,
    private readonly crypto: Crypto,
    private readonly flash: Flash,
    private readonly layout: StoreLayout,
    private readonly journal: Journal,
    private readonly options: BundleTargetOptions,
  ) {
    this.writer = new SlotWriter(bytes, flash);
  }

  capacity(command: number): number {
    if (command !== 0) return 0;
    return Math.max(this.layout.appBlocks, this.layout.agentBlocks) * this.layout.blockLength;
  }

  recognises(head: Chunk, command: number): boolean {
    return command === 0 && isAppBundle(this.bytes, head);
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const state = this.journal.current();
    const place = judgeBundle(this.bytes, this.crypto, this.layout, state, this.options, head, size);
    this.place = undefined;
    if (isFault(place)) return place;
    this.place = place;
    this.writer.begin(place.block, place.blocks);
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    return this.writer.write(chunk);
  }

  verify(_md5: string, sha256: string): Fault | undefined {
    if (this.place === undefined) return fault(FaultNumber.CorruptBundle, "no header");
    return verifyBundle(this.bytes, this.crypto, this.flash, this.writer.start, this.place, sha256);
  }

  commit(): Fault | undefined {
    if (this.place === undefined) return fault(FaultNumber.Commit, "nothing to commit");
    try {
      if (this.journal.append(this.place.record)) return undefined;
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return fault(FaultNumber.Commit, "the boot journal does not keep it");
  }

  describe(): string {
    return this.place === undefined ? "" : this.place.text;
  }
}
