import type { Board } from "../../boards/index.js";
import { makeFlash } from "../../src/board/board-flash.js";
import type { Target } from "../../src/core/update/target.js";
import { driveUpdate } from "../../src/prover/rig.js";
import { portOn, type TestFlash } from "./core-flash.js";
import { boardNamed } from "./test-bundles.js";

export interface Chip extends TestFlash {
  readonly board: Board;
}

/** A board's blank chip. */
export function chipOf(id: string): Chip {
  const board = boardNamed(id);
  return { board, ...portOn(makeFlash(board)) };
}

/** Sends an image through the Updater. @returns "" when it is committed, else the code of the fault */
export function update(target: Target, image: Uint8Array, piece = 1460, command = 0): string {
  return driveUpdate([target], new Uint8Array(image), piece, command)?.code ?? "";
}

/** What `act` returns, which may neither erase nor write. */
export function untouched({ chip }: Chip, act: () => string): string {
  const before = chip.operations;
  const code = act();
  if (chip.operations !== before) throw new Error("flash was touched");
  return code;
}
