import { faultCode } from "../../core/fault-words.js";
import { UploadError, type UploadStage } from "./upload-error.js";

/** arduino-esp32 sends `Update.printError`'s text without a number (Updater.cpp, `_err2str`). */
const esp32Texts: ReadonlyMap<string, string> = new Map([
  ["Flash Write Failed", "FLASH_WRITE_FAILED"],
  ["Flash Erase Failed", "FLASH_ERASE_FAILED"],
  ["Flash Read Failed", "FLASH_READ_FAILED"],
  ["Not Enough Space", "NOT_ENOUGH_SPACE"],
  ["Bad Size Given", "BAD_SIZE"],
  ["Stream Read Timeout", "STREAM_TIMEOUT"],
  ["MD5 Check Failed", "MD5_MISMATCH"],
  ["Wrong Magic Byte", "BAD_MAGIC_BYTE"],
  ["Could Not Activate The Firmware", "COMMIT_FAILED"],
  ["Aborted", "ABORTED"],
]);

/** The number in front, as in the original, or behind what stock espota.py has room to show. */
function numberIn(words: string): { readonly number: number; readonly text: string } | undefined {
  const front = /^ERROR\[(\d{1,3})\]:\s*(.*)$/s.exec(words);
  if (front) return { number: Number(front[1]), text: front[2] };
  const behind = /^(.*\S)\s*\(ERROR\[(\d{1,3})\]\)$/s.exec(words);
  return behind ? { number: Number(behind[2]), text: behind[1] } : undefined;
}

/** What a board's own words mean: `ERROR[7]: …` is MD5_MISMATCH; words without a number are taken as they are. */
export function boardFault(stage: UploadStage, answer: string): UploadError {
  const words = answer.replace(/^ERR:\s*/, "").trim();
  const numbered = numberIn(words);
  const number = numbered?.number ?? 0;
  const known = numbered ? faultCode(number) : (esp32Texts.get(words) ?? "UNKNOWN");
  // "ERROR[0]: No Error" is what the original says when the connection ended early (esp8266/Arduino #3758).
  const code = known === "UNKNOWN" || number === 0 ? esp32Texts.get(words) : known;
  const fallback = stage === "upload" || stage === "result" ? "BOARD_ERROR" : "BOARD_REFUSED";
  return new UploadError(stage, code ?? fallback, `The board answered: ${numbered?.text || words}`, answer);
}
