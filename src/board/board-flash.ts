import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import { type FlashBacking, NorFlash } from "./nor-flash.js";

/** Address of the first byte of a board's flash: Espruino for Linux puts its file there (targets/linux). */
export function flashBase(board: Board): number {
  return board.chip === "linux" ? (board.espruino?.storage.offset ?? 0) : 0;
}

/** A blank chip of the board's size, or one that holds `content`. */
export function makeFlash(board: Board, content?: Uint8Array, backing?: FlashBacking): NorFlash {
  const { flashSize: size, blockLength } = board;
  return new NorFlash({ size, blockLength, base: flashBase(board), content, backing });
}

/** True when the directory holds a board already. */
export function hasState(directory: string): boolean {
  return existsSync(join(directory, "flash.bin"));
}

/**
 * Opens the board that `directory` holds, or makes one. Every flash operation is written to flash.bin before it
 * returns, so a killed process loses nothing that the chip had.
 * @param content what a new chip holds; called only when there is none
 * @throws SluiceError STATE_OF_ANOTHER_BOARD
 */
export async function openState(
  board: Board,
  directory: string,
  content: () => Promise<Uint8Array>,
): Promise<{ readonly flash: NorFlash; readonly close: () => void }> {
  const note = join(directory, "board.json");
  const path = join(directory, "flash.bin");
  if (hasState(directory)) {
    const kept = existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as { board?: string }) : {};
    if (kept.board !== undefined && kept.board !== board.id)
      throw new SluiceError(
        "STATE_OF_ANOTHER_BOARD",
        `${directory} holds a ${kept.board}, not a ${board.id}.`,
      );
  } else {
    const bytes = await content();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(note, `${JSON.stringify({ board: board.id })}\n`);
    // under its name only when it is whole: a kill in between leaves no half-made board
    const unfinished = `${path}.${process.pid}`;
    // The password's hashes are in it, and the Wi-Fi's password.
    writeFileSync(unfinished, bytes, { mode: 0o600 });
    renameSync(unfinished, path);
  }
  const file = openSync(path, "r+");
  const backing = (bytes: Uint8Array, offset: number): void => {
    writeSync(file, bytes, 0, bytes.length, offset);
  };
  return { flash: makeFlash(board, readFileSync(path), backing), close: () => closeSync(file) };
}
