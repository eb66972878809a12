import { type Fault, FaultNumber, faultLine } from "../errors.js";
import { faultWords } from "../fault-words.js";
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
  /** What else there is to say, or "". */
  readonly detail: string;
  /** Version of what the server has, or "". */
  readonly version: string;
}

/**
 * Of a number below 0 the stable code, and the original's sentence (getLastErrorString, HTTPClient::errorToString). A
 * switch, so that an interpreter keeps it in flash.
 */
export function pullWords(number: number): string[] {
  switch (number) {
    case PullError.ConnectionFailed:
      return ["HTTP_CONNECTION_FAILED", "HTTP error: connection failed"];
    case PullError.ConnectionLost:
      return ["HTTP_CONNECTION_LOST", "HTTP error: connection lost"];
    case PullError.NoHttpServer:
      return ["HTTP_NO_SERVER", "HTTP error: no HTTP server"];
    case PullError.NotEnoughRam:
      return ["OUT_OF_MEMORY", "HTTP error: not enough ram"];
    case PullError.Encoding:
      return ["HTTP_ENCODING", "HTTP error: Transfer-Encoding not supported"];
    case PullError.ReadTimeout:
      return ["HTTP_READ_TIMEOUT", "HTTP error: read Timeout"];
    case PullError.Space:
      return ["NOT_ENOUGH_SPACE", "Not Enough space"];
    case PullError.NoSize:
      return ["HTTP_NO_SIZE", "Server Did Not Report Size"];
    case PullError.NotFound:
      return ["HTTP_NOT_FOUND", "File Not Found (404)"];
    case PullError.Forbidden:
      return ["HTTP_FORBIDDEN", "Forbidden (403)"];
    case PullError.WrongHttpCode:
      return ["HTTP_WRONG_CODE", "Wrong HTTP Code"];
    case PullError.WrongMd5:
      return ["HTTP_WRONG_MD5", "Wrong MD5"];
    case PullError.BinHeader:
      return ["BAD_MAGIC_BYTE", "Verify Bin Header Failed"];
    case PullError.WrongFlash:
      return ["NEW_FLASH_CONFIG_WRONG", "New Binary Does Not Fit Flash Size"];
    case PullError.Unauthorized:
      return ["HTTP_UNAUTHORIZED", "Unauthorized (401)"];
    case PullError.NoVersion:
      return ["HTTP_NO_VERSION", "Server Did Not Report Version"];
    case PullError.BadOptions:
      return ["PULL_BAD_OPTIONS", "Bad Options"];
    case PullError.HeadTooLarge:
      return ["HTTP_HEAD_TOO_LARGE", "Head Too Large"];
    case PullError.ImageChanged:
      return ["IMAGE_CHANGED", "Image Changed"];
    default:
      return ["UNKNOWN", ""];
  }
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

export function explain(job: PullJob): PullReply {
  const why = job.fault;
  const image = job.image;
  const error = why === undefined ? job.error : numberOf(why);
  const isUpdates = why !== undefined && error > 0;
  const words = isUpdates ? faultWords(error, "") : pullWords(error);
  const isFailure = job.outcome === PullOutcome.Failed;
  return {
    result: isFailure ? "FAILED" : job.outcome === PullOutcome.Ok ? "OK" : "NO_UPDATES",
    error: error,
    code: isFailure ? words[0] : "",
    text: isUpdates ? updateText(why) : words[1],
    detail: why === undefined ? job.detail : why.text,
    version: image !== undefined ? image.version : headerOf(job.head, ResponseHeader.Version),
  };
}
