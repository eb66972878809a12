import type { Bytes, Checksum, Flash } from "../ports.js";
import { mostLooks } from "../update/read-back.js";
import type { StoreLayout } from "../update/store.js";
import { olderThan } from "../version.js";
import { type AppHeader, appHeaderLength, BundleKind, parseAppHeader } from "./header.js";

/** The four places for bundles on a board, and what is in them. */
export class BundleSlots {
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    private readonly layout: StoreLayout,
    private readonly engine: number,
    private readonly family: number,
  ) {}

  appBlock(slot: number): number {
    return this.layout.app[slot];
  }

  agentBlock(slot: number): number {
    return this.layout.agent[slot];
  }

  /** The header in a slot, or undefined when there is none that this board could run. Read again before there is none. */
  header(block: number, blocks: number): AppHeader | undefined {
    for (let looks = 0; looks < mostLooks; looks++) {
      const head = this.flash.read(appHeaderLength, block * this.layout.blockLength);
      const header = parseAppHeader(this.bytes, this.checksum.crc32, head);
      if (typeof header !== "string") return this.fits(header, blocks) ? header : undefined;
    }
    return undefined;
  }

  private fits(header: AppHeader, blocks: number): boolean {
    if (header.engine !== this.engine) return false;
    if (header.family !== 0 && header.family !== this.family) return false;
    if (header.payloadLength === 0) return false;
    return appHeaderLength + header.payloadLength <= blocks * this.layout.blockLength;
  }

  app(slot: number): AppHeader | undefined {
    return this.header(this.layout.app[slot], this.layout.appBlocks);
  }

  agent(slot: number): AppHeader | undefined {
    return this.header(this.layout.agent[slot], this.layout.agentBlocks);
  }

  /** Whether the code matches its header: what a loader checks at every start. Read again before it does not. */
  isSound(block: number, header: AppHeader): boolean {
    const at = block * this.layout.blockLength + appHeaderLength;
    for (let looks = 0; looks < mostLooks; looks++)
      if (this.checksum.crc32(this.flash.read(header.payloadLength, at)) === header.payloadCrc) return true;
    return false;
  }

  /** Whether a slot holds a whole agent (app). */
  isWhole(isAgent: boolean, slot: number): boolean {
    const header = isAgent ? this.agent(slot) : this.app(slot);
    if (header === undefined || header.kind !== (isAgent ? BundleKind.Agent : BundleKind.App)) return false;
    return this.isSound(isAgent ? this.agentBlock(slot) : this.appBlock(slot), header);
  }

  /** The slot with the newer one of two whole agents (apps); -1: there are no two, or of one version. */
  newer(isAgent: boolean): number {
    const first = isAgent ? this.agent(0) : this.app(0);
    const second = isAgent ? this.agent(1) : this.app(1);
    if (first === undefined || second === undefined) return -1;
    if (!this.isWhole(isAgent, 0) || !this.isWhole(isAgent, 1)) return -1;
    if (olderThan(first.version, second.version)) return 1;
    return olderThan(second.version, first.version) ? 0 : -1;
  }
}
