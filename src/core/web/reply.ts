import { type Fault, FaultNumber, faultLine, isFault } from "../errors.js";

/** The HTTP status that says as nearly as one can why an update did not happen. */
export function statusOf(fault: number): number {
  switch (fault) {
    case FaultNumber.AuthFailed:
      return 401;
    case FaultNumber.TooManyAttempts:
      return 429;
    case FaultNumber.RunningAlready:
    case FaultNumber.SafeState:
      return 409;
    case FaultNumber.NotArmed:
      return 403;
    case FaultNumber.OnTrial:
    case FaultNumber.OutsideWindow:
    case FaultNumber.ClockNotSet:
      return 503;
    case FaultNumber.Space:
      return 413;
    case FaultNumber.Silent:
    case FaultNumber.Stream:
      return 408;
    case FaultNumber.MagicByte:
    case FaultNumber.FlashConfig:
    case FaultNumber.NewFlashConfig:
    case FaultNumber.UnknownCommand:
    case FaultNumber.WrongEngine:
    case FaultNumber.WrongBoard:
    case FaultNumber.WrongKind:
    case FaultNumber.WrongRevision:
    case FaultNumber.AgentTooOld:
      return 415;
    case FaultNumber.Write:
    case FaultNumber.Erase:
    case FaultNumber.Read:
    case FaultNumber.Bootstrap:
    case FaultNumber.OutOfMemory:
    case FaultNumber.Verify:
    case FaultNumber.Commit:
    case FaultNumber.PartitionTable:
      return 500;
    default:
      return 400;
  }
}

/** RFC 9110 §15. */
export function reasonPhrase(status: number): string {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

/** An answer. */
export interface WebReply {
  readonly status: number;
  readonly type: string;
  /** More header lines, each with its line end. */
  readonly headers: string;
  readonly body: string;
  /** Bytes of the page that follow piece by piece. */
  readonly more?: number;
}

export const plainType = "text/plain";
export const htmlType = "text/html";

/**
 * Nothing of this may be framed, kept or sniffed, no page of it may load anything from elsewhere, and no header lets
 * other sites read it.
 */
const always =
  "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" +
  "X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\nContent-Security-Policy: default-src 'none'; " +
  "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'\r\n\r\n";

/**
 * What goes over the line.
 * @param classic faults with the original's status and words: 200 and "Update error: ERROR[n]: …"
 */
export function answerText(what: WebReply | Fault, classic: boolean): string {
  let status = 200;
  let type = htmlType;
  let headers = "";
  let body = "";
  let more = 0;
  if (isFault(what)) {
    body = faultLine(what);
    if (classic) body = `Update error: ${body}`;
    else {
      status = statusOf(what.number);
      type = plainType;
      const seconds = what.seconds === undefined ? 5 : what.seconds;
      if (status === 503 || status === 429) headers = `Retry-After: ${seconds}\r\n`;
    }
  } else {
    status = what.status;
    type = what.type;
    headers = what.headers;
    body = what.body;
    if (what.more !== undefined) more = what.more;
  }
  const about = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Type: ${type}; charset=utf-8\r\n`;
  return `${about}Content-Length: ${body.length + more}\r\n${headers}${always}${body}`;
}
