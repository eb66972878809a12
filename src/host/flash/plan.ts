import { createHash } from "node:crypto";
import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { type Esp32Options, esp32Parts } from "./esp32-parts.js";
import { judgeEngineVersion } from "./firmware-package.js";
import type { FlashJob, FlashPart, FlashPiece } from "./job.js";

export interface FlashPlan {
  readonly board: Board;
  /** In the order of writing: what makes the board start comes last. */
  readonly parts: readonly FlashPiece[];
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
}

export interface PlanOptions extends Esp32Options {
  /** All of Storage, from `storageImage`; absent: stays as it is. */
  readonly storage?: Uint8Array | undefined;
}

/** Bytes that are skipped as one when a broken run is repeated; a multiple of every erase block. */
const pieceLength = 0x40000;

/**
 * What has to be written where. Everything is judged here, before a port is opened.
 * @throws SluiceError NO_ESPRUINO, WRONG_BOARD, BAD_FIRMWARE_PACKAGE, ESPRUINO_TOO_OLD, NOT_ENOUGH_SPACE and the other
 *   faults of an image
 */
export function flashPlan(board: Board, options: PlanOptions): FlashPlan {
  const { espruino } = board;
  if (board.layout.kind !== "esp32" || espruino === undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} has no Espruino that Sluice could run on.`);
  const { firmware, storage, recover } = options;
  const notes = firmware === undefined ? [] : judgeEngineVersion(firmware.version);
  const found = esp32Parts(board, options);
  notes.push(...found.notes);
  const all = [...found.before];
  if (storage !== undefined) {
    const what = "Storage: loader, agent, app, settings";
    all.push({ address: espruino.storage.offset, bytes: storage, what });
    if (!recover) notes.push("All of Storage is replaced; --recover keeps application, notes and settings.");
  }
  const parts = [...all, ...found.last].map((part) => {
    const bytes = padded(part.bytes);
    return { ...part, bytes, md5: md5(bytes) };
  });
  refuseOverlap(board, parts);
  return { board, parts, notes };
}

/** The plan for a writer. */
export function planJob(
  plan: FlashPlan,
  options: { readonly erase?: boolean; readonly baud?: number } = {},
): FlashJob {
  return {
    chip: plan.board.chip,
    flashSize: plan.board.flashSize,
    pieces: plan.parts.flatMap(pieces),
    erase: options.erase ?? false,
    baud: options.baud ?? 460800,
  };
}

function pieces(part: FlashPart): FlashPiece[] {
  const found: FlashPiece[] = [];
  for (let at = 0; at < part.bytes.length; at += pieceLength) {
    const bytes = part.bytes.subarray(at, at + pieceLength);
    found.push({ address: part.address + at, bytes, md5: md5(bytes), what: part.what });
  }
  return found;
}

function refuseOverlap(board: Board, parts: readonly FlashPart[]): void {
  const sorted = [...parts].sort((a, b) => a.address - b.address);
  sorted.forEach((part, index) => {
    const end = part.address + part.bytes.length;
    // A piece is erased in whole blocks, so its neighbour must begin behind the last one.
    const erased = Math.ceil(end / board.blockLength) * board.blockLength;
    const next = sorted[index + 1]?.address ?? board.flashSize;
    if (erased > next || part.address % board.blockLength !== 0)
      throw new SluiceError(
        "NOT_ENOUGH_SPACE",
        `${part.what} (${part.bytes.length} bytes at 0x${part.address.toString(16)}) reaches over 0x${next.toString(16)}.`,
      );
  });
}

/** The loader takes whole words. */
function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const longer = new Uint8Array((bytes.length + 3) & ~3).fill(0xff);
  longer.set(bytes);
  return longer;
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
