import { type Fault, FaultNumber, faultCode, faultLine } from "../errors.js";

/**
 * Error numbers of a pull, as ESPhttpUpdate's getLastError gives them: above 0 the Updater's own (core/errors.ts), -1 to
 * -11 of its HTTP client (ESP8266HTTPClient.h), -100 to -109 of the update (ESP8266httpUpdate.h), below that Sluice's.
 */
export const enum PullError {
  None = 0,
  ConnectionFailed = -1,
  NotConnected = -4,
  ConnectionLost = -5,
  NoHttpServer = -7,
  NotEnoughRam = -8,
  Encoding = -9,
  ReadTimeout = -11,
  Space = -100,
  NoSize = -101,
  NotFound = -102,
  Forbidden = -103,
  WrongHttpCode = -104,
  WrongMd5 = -105,
  BinHeader = -106,
  WrongFlash = -107,
  Unauthorized = -108,
  NoVersion = -109,
  BadOptions = -120,
  HeadTooLarge = -121,
  ImageChanged = -122,
}

/** Why a pull failed. */
export interface PullFault {
  readonly number: number;
  /** Stable, for scripts and reports. */
  readonly code: string;
  /** The original's sentence, for getLastErrorString. */
  readonly text: string;
  /** What else there is to say, or "". */
  readonly detail: string;
}

/** The stable code of a number below 0. A switch, so that an interpreter keeps it in flash. */
export function pullCode(number: number): string {
  switch (number) {
    case PullError.ConnectionFailed:
      return "HTTP_CONNECTION_FAILED";
    case PullError.NotConnected:
      return "HTTP_NOT_CONNECTED";
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
    case PullError.NotConnected:
      return "HTTP error: not connected";
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

export function pullFault(number: number, detail: string): PullFault {
  return { number: number, code: pullCode(number), text: pullText(number), detail: detail };
}

/** An update's fault as the original's pull tells it: what it finds out itself has numbers of its own. */
export function faultOfUpdate(why: Fault): PullFault {
  switch (why.number) {
    case FaultNumber.Space:
      return pullFault(PullError.Space, "");
    case FaultNumber.MagicByte:
      return pullFault(PullError.BinHeader, "");
    case FaultNumber.NewFlashConfig:
      return pullFault(PullError.WrongFlash, why.text);
    default: {
      const line = faultLine(why);
      const text = `Update error: ${line.slice(0, line.length - 1)}`;
      return { number: why.number, code: faultCode(why.number), text: text, detail: why.text };
    }
  }
}

export function isPullFault(found: object): found is PullFault {
  return (found as { code?: string }).code !== undefined;
}
