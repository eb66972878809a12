import { type Fault, FaultNumber, faultLine } from "../errors.js";
import { faultWords } from "../fault-words.js";
import { entryAt, find } from "../text.js";
import { headerOf, ResponseHeader } from "./head.js";
import { PullError, type PullJob, PullOutcome } from "./job.js";

/** How a pull ended, in ESPhttpUpdate's words. */
export interface PullReply {
  readonly result: "FAILED" | "NO_UPDATES" | "OK";
  /** getLastError: the original's number; 0 unless it failed. */
  readonly error: number;
  /** Stable, e.g. `HTTP_NOT_FOUND`; "" unless it failed. */
  readonly code: string;
  /** getLastErrorString: the original's sentence. */
  readonly text: string;
  /** Further detail, or "". */
  readonly detail: string;
  /** Version of what the server has, or "". */
  readonly version: string;
}

/** By number: the stable code, and the original's sentence (getLastErrorString, HTTPClient::errorToString). */
const words =
  "|-1|HTTP_CONNECTION_FAILED|HTTP error: connection failed" +
  "|-5|HTTP_CONNECTION_LOST|HTTP error: connection lost" +
  "|-7|HTTP_NO_SERVER|HTTP error: no HTTP server" +
  "|-8|OUT_OF_MEMORY|HTTP error: not enough ram" +
  "|-9|HTTP_ENCODING|HTTP error: Transfer-Encoding not supported" +
  "|-11|HTTP_READ_TIMEOUT|HTTP error: read Timeout" +
  "|-100|NOT_ENOUGH_SPACE|Not Enough space" +
  "|-101|HTTP_NO_SIZE|Server Did Not Report Size" +
  "|-102|HTTP_NOT_FOUND|File Not Found (404)" +
  "|-103|HTTP_FORBIDDEN|Forbidden (403)" +
  "|-104|HTTP_WRONG_CODE|Wrong HTTP Code" +
  "|-105|HTTP_WRONG_MD5|Wrong MD5" +
  "|-106|BAD_MAGIC_BYTE|Verify Bin Header Failed" +
  "|-107|NEW_FLASH_CONFIG_WRONG|New Binary Does Not Fit Flash Size" +
  "|-108|HTTP_UNAUTHORIZED|Unauthorized (401)" +
  "|-109|HTTP_NO_VERSION|Server Did Not Report Version" +
  "|-120|PULL_BAD_OPTIONS|Bad Options" +
  "|-121|HTTP_HEAD_TOO_LARGE|Head Too Large" +
  "|-122|IMAGE_CHANGED|Image Changed|";

/** Code and sentence of a `PullError` below 0. */
export function pullWords(number: number): string[] {
  const at = find(words, `|${number}|`, 0);
  return at < 0 ? ["UNKNOWN", ""] : [entryAt(words.slice(at), 2), entryAt(words.slice(at), 3)];
}

/** The original's number for what its pull finds out by itself; the Updater's own for everything else. */
function numberOf(why: Fault): number {
  if (why.number === FaultNumber.Space) return PullError.Space;
  if (why.number === FaultNumber.MagicByte) return PullError.BinHeader;
  return why.number === FaultNumber.NewFlashConfig ? PullError.WrongFlash : why.number;
}

function updateText(why: Fault): string {
  const line = faultLine(why);
  return `Update error: ${line.slice(0, line.length - 1)}`;
}

export function explain(job: PullJob): PullReply {
  const why = job.fault;
  const image = job.image;
  const error = why === undefined ? job.error : numberOf(why);
  const isUpdates = why !== undefined && error > 0;
  const named = isUpdates ? faultWords(error, "") : pullWords(error);
  const isFailure = job.outcome === PullOutcome.Failed;
  return {
    result: isFailure ? "FAILED" : job.outcome === PullOutcome.Ok ? "OK" : "NO_UPDATES",
    error: error,
    code: isFailure ? named[0] : "",
    text: isUpdates ? updateText(why) : named[1],
    detail: why === undefined ? job.detail : why.text,
    version: image !== undefined ? image.version : headerOf(job.head, ResponseHeader.Version),
  };
}
