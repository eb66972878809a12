import { crc32 } from "node:zlib";
import type { Board } from "../../../../boards/index.js";
import { engineTooOld, oldestEngine } from "../../../core/version.js";
import { SluiceError } from "../../../errors/sluice-error.js";
import { espruinoPort } from "../../../espruino/build/board-constants.js";
import type { SessionOptions } from "../loader-session.js";
import { findTools, runScript, type ScriptRun } from "./espruino-tools.js";

export interface InstallOptions extends Pick<SessionOptions, "onEvent" | "signal"> {
  /** Files on the board may be erased. */
  readonly erase?: boolean | undefined;
}

/** 200 KB of text at 115,200 bits a second, the erasing of all of Storage, and a margin. */
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
  const { erase = false, onEvent: report = () => undefined, signal } = options;
  const tools = findTools();
  report({ event: "connecting" });
  judgeFacts(await readFacts({ tools, port, signal }), board, erase);
  const { text: script, bytes } = installScript(board, storage);
  const address = board.espruino?.storage.offset ?? 0;
  report({ event: "writing", what: "Storage", address, size: bytes });
  const answer = /#done (\d+)\s*$/;
  const [, wrong] = await runScript({ tools, port, signal, script, answer, timeoutMs: installMs });
  if (wrong !== "0")
    throw new SluiceError(
      "FLASH_VERIFY_FAILED",
      `${wrong} blocks of Storage are not what was sent; the board was not restarted.`,
    );
  report({ event: "restarted" });
  return bytes;
}

/** Bytes in one line: there is room for it as text and as bytes wherever Sluice runs. */
const pieceLength = 384;

/**
 * What a running Espruino executes to get a Storage of its own made elsewhere: blocks that are not blank are erased, what
 * is not blank is written, every block is compared by its CRC-32, and only if all are right the board restarts. Prints
 * "#done 0", or how many blocks are wrong.
 * @param storage all of Storage
 * @returns the script, and how many bytes the blocks have that it writes
 */
export function installScript(board: Board, storage: Uint8Array): { text: string; bytes: number } {
  const { offset } = espruinoPort(board).storage;
  const block = board.blockLength;
  const blank = new Uint8Array(block).fill(0xff);
  const lines = [
    // Names of one's own; the module's is put together, or the tools would look for the module's source.
    `var SF=require("Fl"+"ash"),SBAD=0;`,
    `function SC(a){return E.CRC32(SF.read(${block},(${offset}+a)|0))>>>0}`,
    `function SE(a){if(SC(a)!==${crc32(blank)})SF.erasePage((${offset}+a)|0)}`,
    `function SW(a,t){SF.write(atob(t),(${offset}+a)|0)}`,
    "function SV(a,c){if(SC(a)!==c)SBAD++}",
  ];
  let bytes = 0;
  for (let at = 0; at < storage.length; at += block) lines.push(`SE(${at});`);
  for (let at = 0; at < storage.length; at += block) {
    const content = Buffer.from(storage.subarray(at, at + block));
    if (content.equals(blank)) continue;
    for (let from = 0; from < block; from += pieceLength) {
      const piece = content.subarray(from, Math.min(block, from + pieceLength));
      if (!piece.equals(blank.subarray(0, piece.length)))
        lines.push(`SW(${at + from},"${piece.toString("base64")}");`);
    }
    bytes += block;
  }
  for (let at = 0; at < storage.length; at += block)
    lines.push(`SV(${at},${crc32(storage.subarray(at, at + block))});`);
  lines.push('print("#done "+SBAD);', "if(!SBAD)setTimeout(function(){E.reboot()},500);", "");
  return { text: lines.join("\n"), bytes };
}

/** What a running Espruino reports about itself. */
export interface EspruinoFacts {
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
export async function readFacts(run: Pick<ScriptRun, "tools" | "port" | "signal">): Promise<EspruinoFacts> {
  const answer = /#sluice (\{"board":.*\})\s*$/;
  return JSON.parse((await runScript({ ...run, expression: question, answer, timeoutMs: 20_000 }))[1]);
}

/**
 * Whether the board may be written to.
 * @param erase its files may be erased
 * @throws SluiceError ESPRUINO_TOO_OLD, WRONG_BOARD, STORAGE_NOT_EMPTY
 */
export function judgeFacts(facts: EspruinoFacts, board: Board, erase: boolean): void {
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
