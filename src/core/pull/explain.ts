import { type Fault, FaultNumber, faultLine } from "../errors.js";
import { decimal } from "../espota/invitation.js";
import { faultWords } from "../fault-words.js";
import { nameOfImage } from "./announced.js";
import { PullError } from "./pull-error.js";
import { type PullJob, PullOutcome, type PullResult } from "./pull-job.js";

/** The stable code of a number below 0. A switch, so that an interpreter keeps it in flash. */
export function pullCode(number: number): string {
  switch (number) {
    case PullError.ConnectionFailed:
      return "HTTP_CONNECTION_FAILED";
    case PullError.ConnectionLost:
      return "HTTP_CONNECTION_LOST";
    case PullError.NoHttpServer:
      return "HTTP_NO_SERVER";
    case PullError.NotEnoughRam:
      return "OUT_OF_MEMORY";
    case PullError.Encoding:
      return "HTTP_ENCODING";
    case PullError.ReadTimeout:
      return "HTTP_READ_TIMEOUT";
    case PullError.Space:
      return "NOT_ENOUGH_SPACE";
    case PullError.NoSize:
      return "HTTP_NO_SIZE";
    case PullError.NotFound:
      return "HTTP_NOT_FOUND";
    case PullError.Forbidden:
      return "HTTP_FORBIDDEN";
    case PullError.WrongHttpCode:
      return "HTTP_WRONG_CODE";
    case PullError.WrongMd5:
      return "HTTP_WRONG_MD5";
    case PullError.BinHeader:
      return "BAD_MAGIC_BYTE";
    case PullError.WrongFlash:
      return "NEW_FLASH_CONFIG_WRONG";
    case PullError.Unauthorized:
      return "HTTP_UNAUTHORIZED";
    case PullError.NoVersion:
      return "HTTP_NO_VERSION";
    case PullError.BadOptions:
      return "PULL_BAD_OPTIONS";
    case PullError.HeadTooLarge:
      return "HTTP_HEAD_TOO_LARGE";
    case PullError.ImageChanged:
      return "IMAGE_CHANGED";
    default:
      return "UNKNOWN";
  }
}

/** What the original says for a number below 0 (getLastErrorString, HTTPClient::errorToString). */
export function pullText(number: number): string {
  switch (number) {
    case PullError.ConnectionFailed:
      return "HTTP error: connection failed";
    case PullError.ConnectionLost:
      return "HTTP error: connection lost";
    case PullError.NoHttpServer:
      return "HTTP error: no HTTP server";
    case PullError.NotEnoughRam:
      return "HTTP error: not enough ram";
    case PullError.Encoding:
      return "HTTP error: Transfer-Encoding not supported";
    case PullError.ReadTimeout:
      return "HTTP error: read Timeout";
    case PullError.Space:
      return "Not Enough space";
    case PullError.NoSize:
      return "Server Did Not Report Size";
    case PullError.NotFound:
      return "File Not Found (404)";
    case PullError.Forbidden:
      return "Forbidden (403)";
    case PullError.WrongHttpCode:
      return "Wrong HTTP Code";
    case PullError.WrongMd5:
      return "Wrong MD5";
    case PullError.BinHeader:
      return "Verify Bin Header Failed";
    case PullError.WrongFlash:
      return "New Binary Does Not Fit Flash Size";
    case PullError.Unauthorized:
      return "Unauthorized (401)";
    case PullError.NoVersion:
      return "Server Did Not Report Version";
    case PullError.BadOptions:
      return "Bad Options";
    case PullError.HeadTooLarge:
      return "Head Too Large";
    case PullError.ImageChanged:
      return "Image Changed";
    default:
      return "";
  }
}

/** Longest time that a server may keep a board away, seconds. */
const longestAway = 86400;

/** Retry-After in seconds (RFC 9110 §10.2.3). Of its two forms only this one: boards have no clock to compare with. */
function secondsOf(retryAfter: string): number {
  const seconds = decimal(retryAfter);
  if (seconds < 0) return 0;
  return seconds < longestAway ? seconds : longestAway;
}

/** The original's number for what its pull finds out by itself; the Updater's own for everything else. */
function numberOf(why: Fault): number {
  switch (why.number) {
    case FaultNumber.Space:
      return PullError.Space;
    case FaultNumber.MagicByte:
      return PullError.BinHeader;
    case FaultNumber.NewFlashConfig:
      return PullError.WrongFlash;
    default:
      return why.number;
  }
}

function updateText(why: Fault): string {
  const line = faultLine(why);
  return `Update error: ${line.slice(0, line.length - 1)}`;
}

/** How a pull ended, in the original's words. */
export function explain(job: PullJob): PullResult {
  const why = job.fault;
  const image = job.image;
  const head = job.head;
  const error = why === undefined ? job.error : numberOf(why);
  const isUpdates = why !== undefined && error > 0;
  const isFailure = job.outcome === PullOutcome.Failed;
  const code = isUpdates ? faultWords(error, "")[0] : pullCode(error);
  return {
    outcome: job.outcome,
    error: error,
    code: isFailure ? code : "",
    text: isUpdates ? updateText(why) : pullText(error),
    detail: why === undefined ? job.detail : why.text,
    version: image !== undefined ? image.version : head === undefined ? "" : head.version,
    image: image === undefined ? "" : nameOfImage(image),
    tried: job.tried,
    retryAfter: isFailure && image === undefined && head !== undefined ? secondsOf(head.retryAfter) : 0,
  };
}
