import type { Board } from "../../../../boards/index.js";
import { SluiceError } from "../../../errors/sluice-error.js";
import type { FlashEvent } from "../job.js";
import { askBoard, judgeFacts } from "./board-facts.js";
import { findTools } from "./find-tools.js";
import { installScript } from "./install-script.js";
import { runScript } from "./run-script.js";

export interface InstallOptions {
  /** Files that the board has may go. */
  readonly erase?: boolean;
  readonly onEvent?: (event: FlashEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** 200 KB of text at 115,200 bits a second, the erasing of all of Storage, and patience. */
const installMs = 180_000;

/**
 * Gives a board that runs a stock Espruino its loader, agent and application through its own console: no button, no boot
 * loader, and by TCP no cable either.
 * @param storage all of Storage, as storageImage makes it
 * @returns bytes of the blocks that were written
 * @throws SluiceError ESPRUINO_TOOLS_MISSING, NO_ESPRUINO_ON_PORT, and as judgeFacts, FLASH_VERIFY_FAILED
 */
export async function installOnRunning(
  port: string,
  board: Board,
  storage: Uint8Array,
  options: InstallOptions = {},
): Promise<number> {
  const tell = options.onEvent ?? (() => undefined);
  const tools = findTools();
  const { signal } = options;
  tell({ event: "connecting" });
  judgeFacts(await askBoard({ tools, port, signal }), board, options.erase ?? false);
  const { text: script, bytes } = installScript(board, storage);
  const address = board.espruino?.storage.offset ?? 0;
  tell({ event: "writing", what: "Storage", address, size: bytes });
  const answer = /#done (\d+)\s*$/;
  const [, wrong] = await runScript({ tools, port, signal, script, answer, timeoutMs: installMs });
  if (wrong !== "0")
    throw new SluiceError(
      "FLASH_VERIFY_FAILED",
      `${wrong} blocks of Storage are not what was sent; the board was not restarted.`,
    );
  tell({ event: "restarted" });
  return bytes;
}
