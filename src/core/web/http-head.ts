import { decimal } from "../invitation.js";
import { find } from "./find.js";

/** Longest request line with headers that is taken, bytes. */
export const mostHeadBytes = 2048;

/** Request line and headers of an HTTP/1.x request. Lines stay as they came: looking one up is rare, variables are few. */
export interface HttpHead {
  readonly method: string;
  /** Up to the question mark, not decoded. */
  readonly path: string;
  /** After it, or "". */
  readonly query: string;
  readonly lines: string[];
}

/** Headers that decide something; a request that has one of them twice says two things at once. */
function isOnlyOnce(mark: string): boolean {
  const names = ",host,content-length,transfer-encoding,authorization,origin,sec-fetch-site,content-type,";
  return find(names, mark, 0) >= 0;
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
 * Reads a head (RFC 9112 §2..5), stricter than the RFC allows: no folded lines, no bare line feeds.
 * @param text up to, not including, the empty line
 * @returns undefined when it is none
 */
export function parseHead(text: string): HttpHead | undefined {
  const lines = text.split("\r\n");
  const request = lines[0].split(" ");
  if (request.length !== 3 || !isToken(request[0]) || request[2].slice(0, 7) !== "HTTP/1.") return undefined;
  if (request[1].charAt(0) !== "/" || !isPlain(request[1])) return undefined;
  let seen = ",";
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(":");
    const name = lines[i].slice(0, colon < 0 ? 0 : colon).toLowerCase();
    if (!isToken(name) || !isPlain(lines[i])) return undefined;
    const mark = `${name},`;
    if (!isOnlyOnce(`,${mark}`)) continue;
    if (find(seen, `,${mark}`, 0) >= 0) return undefined;
    seen += mark;
  }
  const target = request[1];
  const question = target.indexOf("?");
  return {
    method: request[0],
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    lines: lines,
  };
}

/** The value of a header, or "". @param name lower case */
export function headerOf(head: HttpHead, name: string): string {
  for (let i = 1; i < head.lines.length; i++) {
    const line = head.lines[i];
    if (line.charAt(name.length) === ":" && line.slice(0, name.length).toLowerCase() === name)
      return line.slice(name.length + 1).trim();
  }
  return "";
}

/** Bytes of the body; 0 without one, -1 when the request does not say it in a way that counts. */
export function bodyLength(head: HttpHead): number {
  if (headerOf(head, "transfer-encoding").length > 0) return -1;
  const length = headerOf(head, "content-length");
  return length.length === 0 ? (head.method === "POST" ? -1 : 0) : decimal(length);
}

/** A value of the query, "" when it is not there. Only for hex, numbers and words: nothing is decoded. */
export function queryOf(head: HttpHead, name: string): string {
  for (const pair of head.query.split("&"))
    if (pair.slice(0, name.length + 1) === `${name}=`) return pair.slice(name.length + 1);
  return "";
}
