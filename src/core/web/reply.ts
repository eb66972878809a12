import { type Fault, faultLine } from "../errors.js";
import { reasonPhrase, statusOf } from "./status-code.js";

/** An answer that fits in one piece. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  /** More header lines, each with its line end. */
  readonly headers: string;
  readonly body: string;
}

export const plain = "text/plain";
export const html = "text/html";

export function reply(status: number, type: string, headers: string, body: string): Reply {
  return { status: status, type: type, headers: headers, body: body };
}

/** @param classic with the original's status and words: 200 and "Update error: ERROR[n]: …" */
export function faultReply(why: Fault, classic: boolean): Reply {
  if (classic) return reply(200, html, "", `Update error: ${faultLine(why)}`);
  const status = statusOf(why.number);
  const seconds = why.seconds === undefined ? 5 : why.seconds;
  return reply(status, plain, status === 503 ? `Retry-After: ${seconds}\r\n` : "", faultLine(why));
}

/**
 * Nothing of this may be framed, kept or sniffed, no page of it may load anything from elsewhere, and no header lets
 * other sites read it.
 */
function always(): string {
  return (
    "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" +
    "X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\nContent-Security-Policy: default-src 'none'; " +
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'\r\n"
  );
}

/** Status line and headers. @param length of the body, bytes */
export function headText(status: number, type: string, headers: string, length: number): string {
  const about = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Type: ${type}; charset=utf-8\r\n`;
  return `${about}Content-Length: ${length}\r\n${headers}${always()}\r\n`;
}
