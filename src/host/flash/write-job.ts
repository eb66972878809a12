import { SluiceError } from "../../errors/sluice-error.js";
import type { FlashJob, FlashPiece } from "./job.js";
import { type LoaderSession, type SessionOptions, withLoader } from "./loader-session.js";
import type { SerialLine } from "./serial-line.js";

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
export function writeJob(
  line: SerialLine,
  job: FlashJob,
  options: SessionOptions = {},
): Promise<WriteResult> {
  return withLoader(line, job, options, (session) => writePieces(session, job));
}

/** The same within a session that is open already; restarts the board at the end. */
export async function writePieces(
  session: LoaderSession,
  job: Pick<FlashJob, "pieces" | "erase">,
): Promise<WriteResult> {
  const { loader, report } = session;
  const total = job.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let [written, same] = [0, 0];
  if (job.erase) {
    report({ event: "erasing" });
    await loader.eraseFlash();
    report({ event: "erased" });
  }
  for (const piece of job.pieces) {
    const { what, address, md5 } = piece;
    const size = piece.bytes.length;
    if ((await loader.flashMd5sum(address, size)) === md5) {
      same += size;
      report({ event: "same", what, address, size });
    } else {
      report({ event: "writing", what, address, size });
      await writePiece(session, piece, (part) =>
        report({ event: "progress", done: written + same + Math.floor(part * size), total }),
      );
      written += size;
      report({ event: "verified", what, address, md5 });
    }
    report({ event: "progress", done: written + same, total });
  }
  await session.restart();
  report({ event: "restarted" });
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
