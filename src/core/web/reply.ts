import { type Fault, faultLine, isFault } from "../errors.js";
import { reasonPhrase, statusOf } from "./status-code.js";

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  /** More header lines, each with its line end. */
  readonly headers: string;
  readonly body: string;
  /** Bytes of the page that follow piece by piece. */
  readonly more?: number;
}

export const plain = "text/plain";
export const html = "text/html";

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
export function answerText(what: Reply | Fault, classic: boolean): string {
  let status = 200;
  let type = html;
  let headers = "";
  let body = "";
  let more = 0;
  if (isFault(what)) {
    body = faultLine(what);
    if (classic) body = `Update error: ${body}`;
    else {
      status = statusOf(what.number);
      type = plain;
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
