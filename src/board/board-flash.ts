import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
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
