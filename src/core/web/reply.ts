import { type Fault, faultLine, isFault } from "../errors.js";
import { decimal, entryAt, find } from "../text.js";

/** By `FaultNumber`, ten a line: the HTTP status that comes nearest. */
const statuses =
  "400|500|500|500|413|400|408|400|415|415|" +
  "415|500|400|400|500|409|415|409|415|415|" +
  "400|429|503|400|408|400|500|415|500|401|" +
  "415|400|400|415|500|400|503|403|503";

/** RFC 9110 §15. */
const phrases =
  "|200 OK|202 Accepted|204 No Content|302 Found|307 Temporary Redirect|400 Bad Request|401 Unauthorized|403 Forbidden|" +
  "404 Not Found|405 Method Not Allowed|408 Request Timeout|409 Conflict|411 Length Required|413 Content Too Large|" +
  "415 Unsupported Media Type|429 Too Many Requests|431 Request Header Fields Too Large|" +
  "500 Internal Server Error|503 Service Unavailable|";

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
 * Nothing of this may be framed, cached or sniffed, no page of it may load anything from elsewhere, and no header lets
 * other sites read it.
 */
const always =
  "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" +
  "X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\nContent-Security-Policy: default-src 'none'; " +
  "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'\r\n\r\n";

/** A fault with the status that comes nearest. */
function refusal(why: Fault): WebReply {
  const status = decimal(entryAt(statuses, why.number) || "400");
  const seconds = why.seconds === undefined ? 5 : why.seconds;
  const headers = status === 503 || status === 429 ? `Retry-After: ${seconds}\r\n` : "";
  return { status: status, type: plainType, headers: headers, body: faultLine(why) };
}

/**
 * The answer as it is sent.
 * @param classic faults with the original's status and words: 200 and "Update error: ERROR[n]: …"
 */
export function answerText(what: WebReply | Fault, classic: boolean): string {
  let reply = what as WebReply;
  if (isFault(what))
    reply = classic
      ? { status: 200, type: htmlType, headers: "", body: `Update error: ${faultLine(what)}` }
      : refusal(what);
  const phrase = entryAt(phrases.slice(find(phrases, `|${reply.status} `, 0)), 1);
  const about = `HTTP/1.1 ${phrase}\r\nContent-Type: ${reply.type}; charset=utf-8\r\n`;
  const length = reply.body.length + (reply.more || 0);
  return `${about}Content-Length: ${length}\r\n${reply.headers}${always}${reply.body}`;
}
