import { type AppHeader, appHeaderLength, BundleKind, isAppBundle, parseAppHeader } from "./app-header.js";
import { type Fault, FaultNumber, fault } from "./errors.js";
import { type BootRecords, Record } from "./journal.js";
import type { Bytes, Chunk, Crypto, Flash, Reader } from "./ports.js";
import { SlotWriter } from "./slot-writer.js";
import type { StoreLayout } from "./store.js";
import type { Target } from "./target.js";
import { olderThan } from "./version.js";

export interface BundleTargetOptions {
  readonly engine: number;
  readonly family: number;
  /** Version of the running agent. */
  readonly agentVersion: string;
}

/** Takes apps and agents into the slot that does not run; the commit is one byte in the boot journal. */
export class BundleTarget implements Target {
  readonly name: string;
  readonly headLength: number;
  private writer: SlotWriter;
  private header: AppHeader | undefined;
  private slot: number;
  /** CRC-32 of the whole header as it came. */
  private headCrc: number;

  constructor(
    private readonly bytes: Reader & Pick<Bytes, "equal">,
    private readonly crypto: Crypto,
    private readonly flash: Flash,
    private readonly layout: StoreLayout,
    private readonly journal: BootRecords,
    private readonly options: BundleTargetOptions,
  ) {
    this.name = "bundle";
    this.headLength = appHeaderLength;
    this.writer = new SlotWriter(bytes, flash);
    this.header = undefined;
    this.slot = 0;
    this.headCrc = 0;
  }

  capacity(command: number): number {
    if (command !== 0) return 0;
    const blocks =
      this.layout.appBlocks > this.layout.agentBlocks ? this.layout.appBlocks : this.layout.agentBlocks;
    return blocks * this.layout.blockLength;
  }

  recognises(head: Chunk, command: number): boolean {
    return command === 0 && isAppBundle(this.bytes, head);
  }

  judge(head: Chunk, size: number): Fault | undefined {
    this.header = undefined;
    const header = parseAppHeader(this.bytes, this.crypto.crc32, head);
    if (typeof header === "string") return fault(FaultNumber.CorruptBundle, header);
    if (header.engine !== this.options.engine)
      return fault(FaultNumber.WrongEngine, "bundle is for another engine");
    if (header.family !== 0 && header.family !== this.options.family)
      return fault(FaultNumber.WrongBoard, "bundle is for another board");
    if (header.kind !== BundleKind.App && header.kind !== BundleKind.Agent)
      return fault(FaultNumber.CorruptBundle, "bundle is of an unknown kind");
    if (header.payloadLength === 0 || appHeaderLength + header.payloadLength !== size)
      return fault(FaultNumber.CorruptBundle, "bundle length is not what its header says");
    const isApp = header.kind === BundleKind.App;
    const blocks = isApp ? this.layout.appBlocks : this.layout.agentBlocks;
    if (size > blocks * this.layout.blockLength) return fault(FaultNumber.Space, "");
    if (isApp && olderThan(this.options.agentVersion, header.agentVersion))
      return fault(FaultNumber.AgentTooOld, `agent ${header.agentVersion} needed`);
    const state = this.journal.current();
    // The other slot is what a trial returns to: it must not be overwritten before the trial is over.
    if (state.appTrial || state.agentTrial)
      return fault(FaultNumber.OnTrial, "last update is still on trial");
    this.slot = 1 - (isApp ? state.app : state.agent);
    this.writer.begin(isApp ? this.layout.app[this.slot] : this.layout.agent[this.slot], blocks);
    this.header = header;
    this.headCrc = this.crypto.crc32(head.slice(0, appHeaderLength));
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    return this.writer.write(chunk);
  }

  verify(_md5: string, sha256: string): Fault | undefined {
    const expected = this.header;
    if (expected === undefined) return fault(FaultNumber.CorruptBundle, "no header");
    const start = this.writer.offset();
    let code: Chunk;
    let headCrc = 0;
    try {
      headCrc = this.crypto.crc32(this.flash.read(appHeaderLength, start));
      code = this.flash.read(expected.payloadLength, start + appHeaderLength);
    } catch (error) {
      return fault(FaultNumber.Read, `${error}`);
    }
    if (headCrc !== this.headCrc) return fault(FaultNumber.Verify, "header read back differs");
    if (this.crypto.crc32(code) !== expected.payloadCrc)
      return fault(FaultNumber.CorruptBundle, "bundle CRC-32 is wrong");
    if (this.crypto.sha256Hex !== undefined && this.crypto.sha256Hex(code) !== expected.payloadSha256)
      return fault(FaultNumber.CorruptBundle, "bundle SHA-256 is wrong");
    if (sha256.length > 0) return this.verifySha256(sha256, appHeaderLength + expected.payloadLength);
    return undefined;
  }

  /** Of the whole bundle; read through a window onto flash it costs no memory. */
  private verifySha256(expected: string, size: number): Fault | undefined {
    if (this.crypto.sha256Hex === undefined) return undefined;
    try {
      const found = this.crypto.sha256Hex(this.flash.read(size, this.writer.offset()));
      if (found === expected) return undefined;
      return fault(
        FaultNumber.CorruptImage,
        `SHA-256 verification failed: expected: ${expected}, calculated: ${found}`,
      );
    } catch (error) {
      return fault(FaultNumber.Read, `${error}`);
    }
  }

  commit(): Fault | undefined {
    const header = this.header;
    if (header === undefined) return fault(FaultNumber.Commit, "nothing to commit");
    let record = this.slot === 0 ? Record.AppA : Record.AppB;
    if (header.kind === BundleKind.Agent) record = this.slot === 0 ? Record.AgentA : Record.AgentB;
    try {
      this.journal.append(record);
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return this.header === undefined ? "" : `${this.header.name}@${this.header.version}`;
  }
}
