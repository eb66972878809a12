import { notNowCode } from "../../core/errors.js";
import { faultCode } from "../../core/fault-words.js";
import { SluiceError } from "../../errors/sluice-error.js";

/** Where on its way an upload ended. */
export type UploadStage = "setup" | "invitation" | "authentication" | "connection" | "upload" | "result";

/** Why an upload failed; `answer` is the board's text, "" without an answer. */
export class UploadError extends SluiceError {
  constructor(
    readonly stage: UploadStage,
    code: string,
    detail: string,
    readonly answer = "",
    options?: ErrorOptions,
  ) {
    super(code, detail, options);
    this.name = "UploadError";
  }
}

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

/** Takes a refusal apart: its number stands in front, as in the original, or after what stock espota.py can show. */
function parseRefusal(answer: string): { readonly number: number | undefined; readonly text: string } {
  const words = answer.replace(/^ERR:\s*/, "").trim();
  const front = /^ERROR\[(\d{1,3})\]:\s*(.*)$/s.exec(words);
  if (front) return { number: Number(front[1]), text: front[2] || words };
  const behind = /^(.*\S)\s*\(ERROR\[(\d{1,3})\]\)$/s.exec(words);
  return behind ? { number: Number(behind[2]), text: behind[1] } : { number: undefined, text: words };
}

/** What a board's text means: `ERROR[7]: …` is MD5_MISMATCH; text without a number is taken as it is. */
export function boardFault(stage: UploadStage, answer: string): UploadError {
  const { number, text } = parseRefusal(answer);
  const known = number === undefined ? (esp32Texts.get(text) ?? "UNKNOWN") : faultCode(number);
  // "ERROR[0]: No Error" is what the original answers when the connection ended early (esp8266/Arduino #3758).
  const code = known === "UNKNOWN" || number === 0 ? undefined : known;
  const fallback = stage === "upload" || stage === "result" ? "BOARD_ERROR" : "BOARD_REFUSED";
  return new UploadError(stage, code ?? fallback, `The board answered: ${text}`, answer);
}

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3600, min: 60, s: 1 };

/** Seconds until the board's window opens, if its reason contains them ("opens in 3 h 20 min; …"). */
export function opensIn(reason: string): number | undefined {
  const found = /\bopens in ((?:\d{1,3} (?:d|h|min|s) ?)+)/.exec(reason);
  if (!found) return undefined;
  const parts = [...found[1].matchAll(/(\d+) (d|h|min|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}

/** Seconds after which the board wants to be invited again, if its reason contains them ("…, try again in 20 s"). */
export function retryAfter(reason: string): number | undefined {
  const found = /\btry again in (\d{1,6}) ?s/i.exec(reason);
  return found ? Number(found[1]) : undefined;
}

/** Seconds between two invitations: the button may be pressed, or the clock be set, at any moment. */
const pollSeconds = 10;
/** A board rounds long times to minutes: it is invited again so many seconds before such a time is over. */
const earlySeconds = 60;

/**
 * Seconds until a board that takes no updates now is to be invited again; undefined: not at all.
 * @param waiting whether it has answered "not now" before: then a board that is silent may just be restarting
 * @param left seconds that the user is willing to wait
 */
export function notNowAfter(error: UploadError, waiting: boolean, left: number): number | undefined {
  if (left <= 0) return undefined;
  const { code, answer } = error;
  const isNotNow = notNowCode(parseRefusal(answer).number ?? 0) !== "";
  const opens = isNotNow && !answer.includes("button") ? opensIn(answer) : undefined;
  if (opens !== undefined) {
    if (opens > left) return undefined;
    return opens > 2 * earlySeconds ? opens - earlySeconds : Math.max(opens, 1);
  }
  const isSilent = waiting && code === "NO_ANSWER";
  return (isNotNow || isSilent) && pollSeconds <= left ? pollSeconds : undefined;
}
