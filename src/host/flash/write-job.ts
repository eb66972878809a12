import { SluiceError } from "../../errors/sluice-error.js";
import type { FlashEvent, FlashJob, FlashPiece } from "./job.js";
import { type LoaderSession, withLoader } from "./loader-session.js";
import type { SerialLine } from "./serial-line.js";

export interface WriteOptions {
  readonly onEvent?: (event: FlashEvent) => void;
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
}

export interface WriteResult {
  /** Bytes written, and bytes that were there already. */
  readonly written: number;
  readonly same: number;
}

/** Times that a piece is written before its place counts as worn. */
const writeAttempts = 2;

/**
 * Writes a job over a line, each piece compared by the MD5 that the board itself takes of its flash: before, to skip
 * what is there already, and after.
 * @throws SluiceError as withLoader, FLASH_VERIFY_FAILED
 */
export function writeJob(line: SerialLine, job: FlashJob, options: WriteOptions = {}): Promise<WriteResult> {
  const onEvent = options.onEvent ?? (() => undefined);
  const { chip, flashSize, baud } = job;
  const { attempts, signal } = options;
  return withLoader(
    line,
    { chip, flashSize, baud, onEvent, signal, ...(attempts === undefined ? {} : { attempts }) },
    (session) => writePieces(session, job, onEvent),
  );
}

/** The same within a session that is open already; restarts the board at the end. */
export async function writePieces(
  session: LoaderSession,
  job: Pick<FlashJob, "pieces" | "erase">,
  onEvent: (event: FlashEvent) => void,
): Promise<WriteResult> {
  const total = job.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let [written, same] = [0, 0];
  if (job.erase) {
    onEvent({ event: "erasing" });
    await session.loader.eraseFlash();
    onEvent({ event: "erased" });
  }
  for (const piece of job.pieces) {
    const { what, address } = piece;
    const size = piece.bytes.length;
    if ((await session.loader.flashMd5sum(address, size)) === piece.md5) {
      same += size;
      onEvent({ event: "same", what, address, size });
    } else {
      onEvent({ event: "writing", what, address, size });
      await writePiece(session, piece, (part) =>
        onEvent({ event: "progress", done: written + same + Math.floor(part * size), total }),
      );
      written += size;
      onEvent({ event: "verified", what, address, md5: piece.md5 });
    }
    onEvent({ event: "progress", done: written + same, total });
  }
  await session.restart();
  onEvent({ event: "restarted" });
  return { written, same };
}

async function writePiece(
  { loader }: LoaderSession,
  piece: FlashPiece,
  onPart: (part: number) => void,
): Promise<void> {
  const packed = await deflate(piece.bytes);
  for (let attempt = 1; ; attempt++) {
    await loader.flashDeflBegin(piece.bytes.length, packed.length, piece.address);
    const length = loader.FLASH_WRITE_SIZE;
    // A packet of blank flash may inflate to all of the piece.
    const timeoutMs = loader.timeoutPerMb(loader.ERASE_WRITE_TIMEOUT_PER_MB, piece.bytes.length);
    for (let at = 0, sequence = 0; at < packed.length; at += length, sequence++) {
      await loader.flashDeflBlock(packed.subarray(at, at + length), sequence, timeoutMs);
      onPart(Math.min(1, (at + length) / packed.length));
    }
    await loader.flashDeflFinish(false, timeoutMs);
    const found = await loader.flashMd5sum(piece.address, piece.bytes.length);
    if (found === piece.md5) return;
    if (attempt < writeAttempts) continue;
    const where = `${piece.what} at 0x${piece.address.toString(16)}`;
    throw new SluiceError(
      "FLASH_VERIFY_FAILED",
      `${where}: MD5 ${found} on the board, ${piece.md5} expected.`,
    );
  }
}

/** zlib's format, by what both Node and browsers have. */
async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
