import type { Bytes, Checksum, Flash } from "../ports.js";
import type { StoreLayout } from "../update/store.js";
import { type AppHeader, appHeaderLength, parseAppHeader } from "./header.js";

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

  /** The header in a slot, or undefined when there is none that this board could run. */
  header(block: number, blocks: number): AppHeader | undefined {
    const head = this.flash.read(appHeaderLength, block * this.layout.blockLength);
    const header = parseAppHeader(this.bytes, this.checksum.crc32, head);
    if (typeof header === "string") return undefined;
    if (header.engine !== this.engine) return undefined;
    if (header.family !== 0 && header.family !== this.family) return undefined;
    if (header.payloadLength === 0) return undefined;
    if (appHeaderLength + header.payloadLength > blocks * this.layout.blockLength) return undefined;
    return header;
  }

  app(slot: number): AppHeader | undefined {
    return this.header(this.layout.app[slot], this.layout.appBlocks);
  }

  agent(slot: number): AppHeader | undefined {
    return this.header(this.layout.agent[slot], this.layout.agentBlocks);
  }

  /** Whether the code matches its header: what a loader checks at every start. */
  isSound(block: number, header: AppHeader): boolean {
    const code = this.flash.read(header.payloadLength, block * this.layout.blockLength + appHeaderLength);
    return this.checksum.crc32(code) === header.payloadCrc;
  }
}
