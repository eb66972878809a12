import type { Board } from "../../../boards/index.js";
import { familyNumber } from "../../../boards/index.js";
import { appHeaderLength, BundleKind, Engine } from "../../core/bundle/header.js";
import { BundleSlots } from "../../core/bundle/slots.js";
import type { Flash } from "../../core/ports.js";
import { Journal } from "../../core/update/journal.js";
import {
  type StoreLayout,
  storageHeaderLength,
  storeFileLength,
  storeFileName,
  storeLayout,
} from "../../core/update/store.js";
import { SluiceError } from "../../errors/sluice-error.js";
import type { KeptStorage } from "../../espruino/provision.js";
import type { StorageFile } from "../../espruino/storage-files.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";

/** What of a board's Storage outlives a recovery. */
export interface Found extends KeptStorage {
  /** The bundle that ran last, or the one before it. */
  readonly app: Uint8Array | undefined;
  /** "garden 1.0.0", or "". */
  readonly appName: string;
}

/** Made anew, whatever the board has. */
const ours = [storeFileName, ".boot0"];

/**
 * How many bytes of Storage have to be read to see all of its files.
 * @param bytes the first of them
 * @returns undefined when these are enough
 */
export function wantsMore(bytes: Uint8Array, board: Board): number | undefined {
  const end = walk(bytes, board.blockLength, () => undefined);
  const size = board.espruino?.storage.size ?? 0;
  return end > bytes.length && bytes.length < size ? Math.min(size, end) : undefined;
}

/**
 * Application, notes and files out of what a board's Storage holds.
 * @throws SluiceError NOTHING_TO_KEEP
 */
export function findKept(bytes: Uint8Array, board: Board): Found {
  const store = board.espruino?.store ?? { agentBlocks: 0, appBlocks: 0 };
  const layout = storeLayout(board.blockLength, store.agentBlocks, store.appBlocks);
  const files: StorageFile[] = [];
  let first: StorageFile | undefined;
  walk(bytes, board.blockLength, (file) => {
    first ??= file;
    if (file.name !== "" && !ours.includes(file.name)) files.push(file);
  });
  if (first?.name !== storeFileName || first.data.length !== storeFileLength(layout))
    throw new SluiceError("NOTHING_TO_KEEP");
  const notes = bytes.slice(layout.notes * board.blockLength, (layout.notes + 2) * board.blockLength);
  return { ...lastApp(bytes, board, layout), notes, files };
}

function lastApp(bytes: Uint8Array, board: Board, layout: StoreLayout): Pick<Found, "app" | "appName"> {
  const flash = readOnly(bytes, board.blockLength);
  const journal = new Journal(nodeBytes, nodeCrypto, flash, layout.journal);
  const slots = new BundleSlots(
    nodeBytes,
    nodeCrypto,
    flash,
    layout,
    Engine.Espruino,
    familyNumber[board.chip],
  );
  const { app: current } = journal.open();
  for (const slot of [current, 1 - current]) {
    const header = slots.app(slot);
    const block = slots.appBlock(slot);
    if (header === undefined || header.kind !== BundleKind.App || !slots.isSound(block, header)) continue;
    const start = block * board.blockLength;
    const app = bytes.slice(start, start + appHeaderLength + header.payloadLength);
    return { app, appName: `${header.name} ${header.version}` };
  }
  return { app: undefined, appName: "" };
}

/** @returns where the next file would begin, or how far one reaches that is not all there */
function walk(bytes: Uint8Array, page: number, take: (file: StorageFile) => void): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (;;) {
    if (at + storageHeaderLength > view.length) return at + storageHeaderLength;
    const word = view.readUInt32LE(at);
    if (word === 0 || word === 0xffffffff) {
      // Where the chain ends, the next page may begin another one.
      if (at % page === 0) return at;
      at = Math.ceil(at / page) * page;
      continue;
    }
    const end = at + storageHeaderLength + (word & 0xffffff);
    if (end > view.length) return end;
    const name = view.toString("latin1", at + 4, at + storageHeaderLength).split("\0", 1)[0];
    take({ name, flags: word >>> 24, data: bytes.slice(at + storageHeaderLength, end) });
    at = (end + 3) & ~3;
  }
}

function readOnly(bytes: Uint8Array, blockLength: number): Flash {
  const refuse = (): never => {
    throw new Error("what was read is not written to");
  };
  return {
    status: () => ({ size: bytes.length, blockLength, blocks: bytes.length / blockLength }),
    read: (length, offset) => bytes.slice(offset, offset + length),
    write: refuse,
    eraseBlock: refuse,
  };
}
