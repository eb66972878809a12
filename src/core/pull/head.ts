import { decimal } from "../text.js";

import { PullError, type PullJob, type ResponseHead } from "./job.js";

/** Longest head, and longest line of one, bytes. Unused headers are dropped, so that only one line takes memory. */
export const mostHeadBytes = 8192;
export const mostLineBytes = 2048;
/** Interim answers (1xx) that are passed over. */
const mostInterim = 4;

/** The headers that are used, by their place in `ResponseHead.values`. */
export const enum ResponseHeader {
  Length = 0,
  Transfer = 1,
  Encoding = 2,
  Location = 3,
  Md5 = 4,
  Sha256 = 5,
  Version = 6,
  Etag = 7,
  Range = 8,
  RetryAfter = 9,
}

const names =
  "content-length,transfer-encoding,content-encoding,location,x-md5,x-sha256,x-version,etag,content-range,retry-after";

function readLine(head: ResponseHead, line: string): void {
  const isInterim = head.status < 200 && head.status !== 101;
  if (head.status === 0) {
    const status = line.slice(0, 7) === "HTTP/1." && line.charAt(8) === " " ? decimal(line.slice(9, 12)) : -1;
    if (status < 100 || status > 599 || (line.length > 12 && line.charAt(12) !== " "))
      head.wrong = PullError.NoHttpServer;
    else head.status = status;
    return;
  }
  if (line.length === 0) {
    head.done = !isInterim;
    if (!isInterim) return;
    head.interim++;
    if (head.interim > mostInterim) head.wrong = PullError.NoHttpServer;
    head.status = 0;
    return;
  }
  const colon = line.indexOf(":");
  const first = line.charAt(0);
  // Folded lines are obsolete (RFC 9112 §5.2), and senders mean different things by them.
  if (colon < 1 || first === " " || first === "\t") {
    head.wrong = PullError.NoHttpServer;
    return;
  }
  // An interim answer's fields are about itself.
  if (isInterim) return;
  const index = names.split(",").indexOf(line.slice(0, colon).toLowerCase());
  if (index < 0) return;
  // A header that is used must not come twice.
  if (head.values[index] !== undefined) head.wrong = PullError.NoHttpServer;
  head.values[index] = line.slice(colon + 1).trim();
}

/**
 * Reads the head of an HTTP/1.x answer (RFC 9112 §2..6), in whatever pieces it comes, into `job.head`.
 * @param text bytes, one char each
 * @returns how many belong to the head; the rest is body
 */
export function readResponseHead(job: Pick<PullJob, "head">, text: string): number {
  const head: ResponseHead = job.head || {
    status: 0,
    values: [],
    done: false,
    wrong: PullError.None,
    line: "",
    total: 0,
    interim: 0,
  };
  job.head = head;
  let at = 0;
  while (at < text.length && !head.done && head.wrong === PullError.None) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    const next = end < 0 ? stop : end + 1;
    head.total += next - at;
    if (head.total > mostHeadBytes || head.line.length + stop - at > mostLineBytes) {
      head.wrong = PullError.HeadTooLarge;
      head.line = "";
      return text.length;
    }
    const line = head.line + text.slice(at, stop);
    at = next;
    head.line = end < 0 ? line : "";
    if (end >= 0)
      readLine(head, line.charAt(line.length - 1) === "\r" ? line.slice(0, line.length - 1) : line);
  }
  return at;
}

/** "" where the header is absent. */
export function headerOf(head: ResponseHead | undefined, header: ResponseHeader): string {
  return (head !== undefined && head.values[header]) || "";
}
