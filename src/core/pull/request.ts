import { authorityOf, type PullUrl } from "./pull-url.js";

/** What a board says of itself in all its requests (board-facts.ts). */
export interface Introduction {
  readonly userAgent: string;
  /** Header lines, each with its end. */
  readonly lines: string;
}

/** Request line and the lines that all requests begin with, in the original's order. */
function opening(method: string, url: PullUrl, userAgent: string, authorization: string): string {
  const auth = authorization.length === 0 ? "" : `Authorization: ${authorization}\r\n`;
  const about = `Host: ${authorityOf(url)}\r\nUser-Agent: ${userAgent}\r\nConnection: close\r\n`;
  return `${method} ${url.path} HTTP/1.0\r\n${about}${auth}`;
}

/**
 * What asks for an image. HTTP/1.0, as the original's: an answer to it has a length, never chunks.
 * @param authorization value of the header, or ""
 * @param range "bytes=0-0", or "" for all of it; @param ifRange the ETag that the range is of, or ""
 */
export function pullRequest(
  url: PullUrl,
  who: Introduction,
  authorization: string,
  range: string,
  ifRange: string,
): string {
  const part = range.length === 0 ? "" : `Range: ${range}\r\n`;
  const same = ifRange.length === 0 ? "" : `If-Range: ${ifRange}\r\n`;
  return `${opening("GET", url, who.userAgent, authorization)}${part}${same}${who.lines}\r\n`;
}

/** What posts `body` as JSON. */
export function reportRequest(url: PullUrl, userAgent: string, authorization: string, body: string): string {
  const about = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return `${opening("POST", url, userAgent, authorization)}${about}${body}`;
}
