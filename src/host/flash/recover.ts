import { type Board, chips } from "../../../boards/index.js";
import { appHeaderLength, BundleKind, Engine } from "../../core/bundle/header.js";
import { BundleSlots } from "../../core/bundle/slots.js";
import { layoutNames } from "../../core/update/app-files.js";
import { Journal } from "../../core/update/journal.js";
import { type StoreLayout, storeFileLength, storeFileName, storeLayout } from "../../core/update/store.js";
import { Tidy } from "../../core/update/tidy.js";
import { SluiceError } from "../../errors/sluice-error.js";
import type { KeptStorage } from "../../espruino/provision.js";
import { memoryFlash, readStorageFiles, type StorageFile } from "../../espruino/storage-files.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import type { FlashPiece } from "./job.js";
import { type LoaderSession, type SessionOptions, withLoader } from "./loader-session.js";
import type { SerialLine } from "./serial-line.js";
import { type WriteResult, writePieces } from "./write-job.js";

const readLength = 0x10000;

/**
 * For a board that does not boot: reads its Storage, lets `plan` make the pieces out of what is sound there, and writes
 * them, all in one session, so that nothing starts in between.
 * @param baud bits per second once the loader answers
 * @throws SluiceError as writeJob, NOTHING_TO_KEEP, and what `plan` throws
 */
export async function recoverBoard(
  line: SerialLine,
  board: Board,
  baud: number,
  plan: (found: Found) => Promise<readonly FlashPiece[]>,
  options: SessionOptions = {},
): Promise<WriteResult> {
  const { chip, flashSize } = board;
  return withLoader(line, { chip, flashSize, baud }, options, async (session) => {
    const pieces = await plan(findKept(await readStorage(session, board), board));
    return writePieces(session, { pieces, erase: false });
  });
}

/** As much of Storage as has files in it. */
async function readStorage({ loader, report }: LoaderSession, board: Board): Promise<Uint8Array> {
  const { offset, size } = board.espruino?.storage ?? { offset: 0, size: 0 };
  let bytes = new Uint8Array(0);
  do {
    const length = Math.min(readLength, size - bytes.length);
    const part = await loader.readFlash(offset + bytes.length, length);
    bytes = new Uint8Array(Buffer.concat([bytes, part.subarray(0, length)]));
    report({ event: "reading", what: "Storage", done: bytes.length, total: size });
  } while (wantsMore(bytes, board) !== undefined);
  return bytes;
}

/** What a recovery keeps of a board's Storage. */
export interface Found extends KeptStorage {
  /** The bundle that ran last, or the one before it. */
  readonly app: Uint8Array | undefined;
  /** "garden 1.0.0", or "". */
  readonly appName: string;
}

/** Made anew, whatever the board has. */
const ours = [storeFileName, ".boot0", ...layoutNames];

/**
 * How many bytes of Storage have to be read to see all of its files.
 * @param bytes the first of them
 * @returns undefined when these are enough
 */
export function wantsMore(bytes: Uint8Array, board: Board): number | undefined {
  const end = readStorageFiles(bytes, board.blockLength, () => undefined);
  const size = board.espruino?.storage.size ?? 0;
  return end > bytes.length && bytes.length < size ? Math.min(size, end) : undefined;
}

/**
 * Application, notes and files out of what a board's Storage holds.
 * @param found the first bytes of it
 * @throws SluiceError NOTHING_TO_KEEP
 */
export function findKept(found: Uint8Array, board: Board): Found {
  const store = board.espruino?.store ?? { agentBlocks: 0, appBlocks: 0 };
  const layout = storeLayout(board.blockLength, store.agentBlocks, store.appBlocks);
  const bytes = tidied(found, board, layout);
  const files: StorageFile[] = [];
  let first: StorageFile | undefined;
  readStorageFiles(bytes, board.blockLength, (file) => {
    first ??= file;
    if (file.name !== "" && !ours.includes(file.name)) files.push(file);
  });
  if (first?.name !== storeFileName || first.data.length !== storeFileLength(layout))
    throw new SluiceError("NOTHING_TO_KEEP");
  const notes = bytes.slice(layout.notes * board.blockLength, (layout.notes + 2) * board.blockLength);
  return { ...lastApp(bytes, board, layout), notes, files };
}

/** The same with the application's files in place: a cut while they were tidied leaves them in a slot. */
function tidied(found: Uint8Array, board: Board, layout: StoreLayout): Uint8Array {
  const bytes = new Uint8Array(Math.max(board.espruino?.storage.size ?? 0, found.length)).fill(0xff);
  bytes.set(found);
  const flash = memoryFlash(bytes, board.blockLength);
  const tidy = new Tidy(nodeBytes, nodeCrypto, flash, flash, layout);
  if (tidy.isBegun()) tidy.finish();
  return bytes;
}

function lastApp(bytes: Uint8Array, board: Board, layout: StoreLayout): Pick<Found, "app" | "appName"> {
  const flash = memoryFlash(bytes, board.blockLength);
  const journal = new Journal(nodeBytes, nodeCrypto, flash, layout.journal);
  const slots = new BundleSlots(
    nodeBytes,
    nodeCrypto,
    flash,
    layout,
    Engine.Espruino,
    chips[board.chip].family,
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
