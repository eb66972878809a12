import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk, Crypto, Flash, Reader } from "../ports.js";
import { type BootState, JournalRecord } from "../update/journal.js";
import type { StoreLayout } from "../update/store.js";
import { olderThan } from "../version.js";
import { type AppHeader, appHeaderLength, BundleKind, parseAppHeader } from "./header.js";
import { trailerLength } from "./trailer.js";

export interface BundleTargetOptions {
  readonly engine: number;
  readonly family: number;
  /** Version of the running agent. */
  readonly agentVersion: string;
  /** The board trusts keys: what is not signed by one of them is refused. */
  readonly signed?: boolean;
}

/** Where a bundle goes, and what makes it run. */
export interface BundlePlace {
  /** First block of the slot, and how many it has. */
  readonly block: number;
  readonly blocks: number;
  /** The header as it came. (Its CRC-32 would not do: behind its own CRC every header has the same one.) */
  readonly head: string;
  /** For the boot journal. */
  readonly record: number;
  /** "garden@2.0.0" */
  readonly text: string;
  /** Bytes in all, with the trailer (trailer.ts). */
  readonly size: number;
  /** The trailer has to be verified. */
  readonly signed: boolean;
}

/** Judges a bundle by its header; nothing has been written yet. */
export function judgeBundle(
  bytes: Reader,
  crypto: Pick<Crypto, "crc32">,
  layout: StoreLayout,
  state: Pick<BootState, "app" | "agent" | "appTrial" | "agentTrial">,
  options: BundleTargetOptions,
  head: Chunk,
  size: number,
): BundlePlace | Fault {
  const header = parseAppHeader(bytes, crypto.crc32, head);
  if (typeof header === "string") return fault(FaultNumber.CorruptBundle, header);
  if (header.engine !== options.engine) return fault(FaultNumber.WrongEngine, "bundle is for another engine");
  if (header.family !== 0 && header.family !== options.family)
    return fault(FaultNumber.WrongBoard, "bundle is for another board");
  if (header.kind !== BundleKind.App && header.kind !== BundleKind.Agent)
    return fault(FaultNumber.CorruptBundle, "bundle is of an unknown kind");
  const length = appHeaderLength + header.payloadLength;
  if (header.payloadLength === 0 || (size !== length && size !== length + trailerLength))
    return fault(FaultNumber.CorruptBundle, "bundle length is not what its header says");
  const signed = options.signed === true;
  if (signed && size === length) return fault(FaultNumber.NotSigned, "this board takes signed releases only");
  const isApp = header.kind === BundleKind.App;
  const blocks = isApp ? layout.appBlocks : layout.agentBlocks;
  if (size > blocks * layout.blockLength) return fault(FaultNumber.Space, "");
  if (isApp && olderThan(options.agentVersion, header.agentVersion))
    return fault(FaultNumber.AgentTooOld, `agent ${header.agentVersion} needed`);
  // The other slot is what a trial returns to: it must not be overwritten before the trial is over.
  if (state.appTrial || state.agentTrial) return fault(FaultNumber.OnTrial, "last update is still on trial");
  const slot = 1 - (isApp ? state.app : state.agent);
  let record = slot === 0 ? JournalRecord.AppA : JournalRecord.AppB;
  if (!isApp) record = slot === 0 ? JournalRecord.AgentA : JournalRecord.AgentB;
  return {
    block: isApp ? layout.app[slot] : layout.agent[slot],
    blocks: blocks,
    head: bytes.toText(head.slice(0, appHeaderLength)),
    record: record,
    text: `${header.name}@${header.version}`,
    size: size,
    signed: signed,
  };
}

/**
 * Reads back what lies in a slot and hashes it.
 * @param sha256 that all of it must have, or ""
 */
export function verifyBundle(
  bytes: Reader,
  crypto: Pick<Crypto, "crc32" | "sha256Hex">,
  flash: Flash,
  start: number,
  place: BundlePlace,
  sha256: string,
): Fault | undefined {
  let header: AppHeader | string;
  let code: Chunk;
  try {
    const head = flash.read(appHeaderLength, start);
    header = parseAppHeader(bytes, crypto.crc32, head);
    if (typeof header === "string" || bytes.toText(head) !== place.head)
      return fault(FaultNumber.Verify, "header read back differs");
    code = flash.read(header.payloadLength, start + appHeaderLength);
    if (crypto.sha256Hex !== undefined && crypto.sha256Hex(code) !== header.payloadSha256)
      return fault(FaultNumber.CorruptBundle, "bundle SHA-256 is wrong");
    // The loader checks the same at each start: what it would refuse must not count as a success here.
    if (crypto.crc32(code) !== header.payloadCrc)
      return fault(FaultNumber.CorruptBundle, "bundle CRC-32 is wrong");
    if (crypto.sha256Hex === undefined || sha256 === "") return undefined;
    // Read through a window onto flash it costs no memory.
    const found = crypto.sha256Hex(flash.read(place.size, start));
    if (found === sha256) return undefined;
    return fault(
      FaultNumber.CorruptImage,
      `SHA-256 verification failed: expected: ${sha256}, calculated: ${found}`,
    );
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
}
