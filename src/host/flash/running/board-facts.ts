import type { Board } from "../../../../boards/index.js";
import { engineTooOld, oldestEngine } from "../../../core/engine-version.js";
import { SluiceError } from "../../../errors/sluice-error.js";
import { espruinoPort } from "../../../espruino/build/board-constants.js";
import { runScript, type ScriptRun } from "./run-script.js";

/** What a running Espruino says of itself. */
export interface BoardFacts {
  /** `process.env.BOARD` */
  readonly board: string;
  /** "2v29.277" */
  readonly version: string;
  /** Files in Storage, and those of them that run at a start (`.boot0`, `.bootcde`). */
  readonly files: number;
  readonly boot: number;
}

// The module's name is put together, or the tools would look for the module's source.
const question =
  'print("#sluice "+JSON.stringify({board:process.env.BOARD,version:process.env.VERSION,' +
  'files:require("Stor"+"age").list().length,boot:require("Stor"+"age").list(/^\\.boot/).length}))';

/** @throws SluiceError NO_ESPRUINO_ON_PORT */
export async function askBoard(run: Pick<ScriptRun, "tools" | "port" | "signal">): Promise<BoardFacts> {
  const answer = /#sluice (\{"board":.*\})\s*$/;
  return JSON.parse((await runScript({ ...run, expression: question, answer, timeoutMs: 20_000 }))[1]);
}

/**
 * Whether the board may be written to.
 * @param erase its files may go
 * @throws SluiceError ESPRUINO_TOO_OLD, WRONG_BOARD, STORAGE_NOT_EMPTY
 */
export function judgeFacts(facts: BoardFacts, board: Board, erase: boolean): void {
  const { builds } = espruinoPort(board);
  if (!builds.includes(facts.board))
    throw new SluiceError(
      "WRONG_BOARD",
      `The port has an Espruino for ${facts.board}, the board named has one for ${builds.join(" or ")}; nothing was written.`,
    );
  if (engineTooOld(facts.version))
    throw new SluiceError(
      "ESPRUINO_TOO_OLD",
      `The board runs Espruino ${facts.version}; ${oldestEngine} or newer is needed. Nothing was written.`,
    );
  if (facts.boot > 0)
    // It would run while its own code is erased.
    throw new SluiceError(
      "STORAGE_NOT_EMPTY",
      "The board has a program that runs at every start; nothing was written.",
    );
  if (facts.files > 0 && !erase)
    throw new SluiceError(
      "STORAGE_NOT_EMPTY",
      `The board's Storage holds ${facts.files} file${facts.files === 1 ? "" : "s"}; nothing was written.`,
    );
}
