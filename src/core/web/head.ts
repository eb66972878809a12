import { decimal, find } from "../text.js";

/** The headers that are used, by their place in `HttpHead.values`. */
export const enum Header {
  Host = 0,
  Length = 1,
  Transfer = 2,
  Authorization = 3,
  Origin = 4,
  Site = 5,
  Referer = 6,
  Type = 7,
  Expect = 8,
  Md5 = 9,
}

const names =
  "host,content-length,transfer-encoding,authorization,origin,sec-fetch-site,referer,content-type,expect,x-md5";

/** Request line and headers of an HTTP/1.x request, as far as they are used. */
export interface HttpHead {
  readonly method: string;
  /** Up to the question mark, not decoded. */
  readonly path: string;
  /** After it, or "". */
  readonly query: string;
  /** Bytes of the body; 0 without one, -1 when the request does not state it in a valid way. */
  readonly length: number;
  /** By `Header`; "" when it is missing. */
  readonly values: readonly string[];
}

/** Fit for the name of a header. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32 || code >= 127 || code === 58) return false;
  }
  return text.length > 0;
}

/** Fit for its value. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127) return false;
  }
  return true;
}

/**
 * Reads a head (RFC 9112 §2..5), stricter than the RFC allows: no folded lines, no bare line feeds, no header that is
 * used twice.
 * @param text up to, not including, the empty line
 * @returns undefined when it is none
 */
export function readRequestHead(text: string): HttpHead | undefined {
  const known = names.split(",");
  const values: string[] = [];
  for (let i = 0; i < known.length; i++) values[i] = "";
  let request: string[] = [];
  let seen = 0;
  let from = 0;
  // Line by line: all of them at once would take a hundred variables.
  while (from <= text.length) {
    let end = find(text, "\r\n", from);
    if (end < 0) end = text.length;
    const line = text.slice(from, end);
    if (!isPlain(line)) return undefined;
    if (from === 0) request = line.split(" ");
    else {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon < 0 ? 0 : colon).toLowerCase();
      if (!isToken(name)) return undefined;
      const index = known.indexOf(name);
      const bit = index < 0 ? 0 : 1 << index;
      if ((seen & bit) !== 0) return undefined;
      seen |= bit;
      if (index >= 0) values[index] = line.slice(colon + 1).trim();
    }
    from = end + 2;
  }
  if (request.length !== 3 || !isToken(request[0]) || request[2].slice(0, 7) !== "HTTP/1.") return undefined;
  const target = request[1];
  if (target.charAt(0) !== "/") return undefined;
  const question = target.indexOf("?");
  const none = request[0] === "POST" ? -1 : 0;
  const length = values[Header.Length].length === 0 ? none : decimal(values[Header.Length]);
  return {
    method: request[0],
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    length: values[Header.Transfer].length > 0 ? -1 : length,
    values: values,
  };
}

/** A value of the query, "" when it is not there. Only for hex, numbers and words: nothing is decoded. */
export function queryOf(head: HttpHead, name: string): string {
  for (const pair of head.query.split("&"))
    if (pair.slice(0, name.length + 1) === `${name}=`) return pair.slice(name.length + 1);
  return "";
}
