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
import { NorFlash } from "./nor-flash.js";

/** Address of the first byte of a board's flash: Espruino for Linux puts its file there (targets/linux). */
export function flashBase(board: Board): number {
  return board.chip === "linux" ? (board.espruino?.storage.offset ?? 0) : 0;
}

/** A blank chip of the board's size, or one that holds `content`. */
export function makeFlash(board: Board, content?: Uint8Array): NorFlash {
  return new NorFlash({
    size: board.flashSize,
    blockLength: board.blockLength,
    base: flashBase(board),
    ...(content ? { content } : {}),
  });
}

export interface KeptFlash {
  readonly flash: NorFlash;
  /** True when the directory held no flash before: the chip is blank. */
  readonly blank: boolean;
  readonly close: () => void;
}

/**
 * The flash in `directory`/flash.bin, made there when it is missing. Every operation is written to the file before
 * it returns, so a killed process loses nothing that the chip had.
 */
export function openFlash(board: Board, directory: string): KeptFlash {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "flash.bin");
  const blank = !existsSync(path);
  if (blank) writeFileSync(path, Buffer.alloc(board.flashSize, 0xff));
  const content = readFileSync(path);
  const file = openSync(path, "r+");
  const backing = {
    write: (bytes: Uint8Array, offset: number): void => {
      writeSync(file, bytes, 0, bytes.length, offset);
    },
  };
  const flash = new NorFlash({
    size: board.flashSize,
    blockLength: board.blockLength,
    base: flashBase(board),
    content,
    backing,
  });
  return { flash, blank, close: () => closeSync(file) };
}

/** Fills the Storage area of a chip, as flashing by cable does. @param image as long as the area */
export function writeStorage(flash: NorFlash, board: Board, image: Uint8Array): void {
  if (!board.espruino) throw new RangeError(`${board.id} has no Espruino Storage`);
  const { offset, size } = board.espruino.storage;
  if (image.length !== size) throw new RangeError(`the image has ${image.length} bytes, Storage ${size}`);
  for (let at = 0; at < size; at += flash.blockLength) {
    const block = image.subarray(at, at + flash.blockLength);
    if (!flash.isBlank(offset + at, block.length)) flash.eraseBlockAt(offset + at);
    if (block.some((byte) => byte !== 0xff)) flash.program(offset + at, block);
  }
}

/** True when the directory holds a board already. */
export function hasState(directory: string): boolean {
  return existsSync(join(directory, "flash.bin"));
}

/**
 * Opens the board that `directory` holds, or makes one.
 * @param content what a new chip holds; asked for only when there is none
 * @throws SluiceError STATE_OF_ANOTHER_BOARD
 */
export async function openState(
  board: Board,
  directory: string,
  content: () => Promise<Uint8Array>,
): Promise<KeptFlash> {
  const note = join(directory, "board.json");
  if (hasState(directory)) {
    const kept = existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as { board?: string }) : {};
    if (kept.board !== undefined && kept.board !== board.id)
      throw new SluiceError(
        "STATE_OF_ANOTHER_BOARD",
        `${directory} holds a ${kept.board}, not a ${board.id}.`,
      );
  } else {
    const bytes = await content();
    mkdirSync(directory, { recursive: true });
    writeFileSync(note, `${JSON.stringify({ board: board.id })}\n`);
    // under its name only when it is whole: a kill in between leaves no half-made board
    const unfinished = join(directory, `flash.bin.${process.pid}`);
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, join(directory, "flash.bin"));
  }
  return openFlash(board, directory);
}
