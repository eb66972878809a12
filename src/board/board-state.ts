import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import { type KeptFlash, openFlash } from "./board-flash.js";

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
