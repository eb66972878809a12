import { crc32 } from "node:zlib";
import type { Board } from "../../../../boards/index.js";
import { espruinoPort } from "../../../espruino/build/board-constants.js";

/** Bytes in one line: there is room for it as text and as bytes wherever Sluice runs. */
const pieceLength = 384;

export interface InstallScript {
  readonly text: string;
  /** Bytes of the blocks that are written. */
  readonly bytes: number;
}

/**
 * What a running Espruino executes to get a Storage of its own made elsewhere: blocks that are not blank are erased, what
 * is not blank is written, every block is compared by its CRC-32, and only if all are right the board restarts. Says
 * "#done 0", or how many blocks are wrong.
 * @param storage all of Storage
 */
export function installScript(board: Board, storage: Uint8Array): InstallScript {
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
