import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import type { FlashPiece } from "./job.js";
import { type Found, findKept, wantsMore } from "./kept-storage.js";
import { type LoaderSession, withLoader } from "./loader-session.js";
import type { SerialLine } from "./serial-line.js";
import { type WriteOptions, type WriteResult, writePieces } from "./write-job.js";

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
  options: WriteOptions = {},
): Promise<WriteResult> {
  const onEvent = options.onEvent ?? (() => undefined);
  const { attempts, signal } = options;
  if (board.chip === "linux" || board.chip === "esp8266")
    throw new SluiceError("NO_ESPRUINO", `${board.id} hangs on no cable.`);
  const session = { chip: board.chip, baud, flashSize: board.flashSize, onEvent, signal };
  return withLoader(line, attempts === undefined ? session : { ...session, attempts }, async (opened) => {
    const storage = await readStorage(opened, board, (done, total) =>
      onEvent({ event: "reading", what: "Storage", done, total }),
    );
    const pieces = await plan(findKept(storage, board));
    return writePieces(opened, { pieces, erase: false }, onEvent);
  });
}

/** As much of Storage as has files in it. */
async function readStorage(
  { loader }: LoaderSession,
  board: Board,
  onProgress: (done: number, total: number) => void,
): Promise<Uint8Array> {
  const { offset, size } = board.espruino?.storage ?? { offset: 0, size: 0 };
  let bytes = new Uint8Array(0);
  for (let wanted: number | undefined = readLength; wanted !== undefined; wanted = wantsMore(bytes, board)) {
    while (bytes.length < wanted) {
      const length = Math.min(readLength, size - bytes.length);
      if (length === 0) return bytes;
      const part = await loader.readFlash(offset + bytes.length, length);
      const longer = new Uint8Array(bytes.length + length);
      longer.set(bytes);
      longer.set(part.subarray(0, length), bytes.length);
      bytes = longer;
      onProgress(bytes.length, size);
    }
  }
  return bytes;
}
