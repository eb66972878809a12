import { type Board, findBoard } from "../../boards/index.js";
import { flashArea } from "../../src/board/flash-area.js";
import { NorFlash } from "../../src/board/nor-flash.js";
import type { Flash } from "../../src/core/ports.js";
import type { Target } from "../../src/core/update/target.js";
import { nodeImageTools } from "../../src/image/judge-file.js";
import { driveUpdate } from "../../src/prover/rig.js";

export const tools = nodeImageTools;

export interface Chip {
  readonly board: Board;
  readonly nor: NorFlash;
  readonly flash: Flash;
}

/** A blank chip of a board that there is. */
export function chipOf(id: string): Chip {
  const board = findBoard(id);
  if (board === undefined) throw new Error(`no board ${id}`);
  const nor = new NorFlash({ size: board.flashSize, blockLength: board.blockLength });
  return { board, nor, flash: flashArea(nor, 0, nor.size) };
}

/** Sends an image through the Updater. @returns "" when it is committed, else the code of the fault */
export function update(target: Target, image: Uint8Array, piece = 1460, command = 0): string {
  return driveUpdate([target], new Uint8Array(image), piece, command)?.code ?? "";
}

/** What `act` returns, which may neither erase nor write. */
export function untouched(chip: Chip, act: () => string): string {
  const before = chip.nor.operations;
  const code = act();
  if (chip.nor.operations !== before) throw new Error("flash was touched");
  return code;
}
