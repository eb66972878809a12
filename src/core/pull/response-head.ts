import { decimal } from "../espota/invitation.js";
import { PullError } from "./pull-error.js";
import type { PullJob } from "./pull-job.js";

/** Longest head, and longest line of one, bytes. What is of no use is not kept, so that memory is taken by one line. */
export const mostHeadBytes = 8192;
export const mostLineBytes = 2048;
/** Interim answers (1xx) that are passed over. */
const mostInterim = 4;

/** What an update client wants of an answer's head. Texts are "" where the header is absent. */
export interface ResponseHead {
  status: number;
  /** Content-Length; -1 absent, -2 no number. */
  bodyBytes: number;
  /** Any Transfer-Encoding but identity: the length is not what counts. */
  chunked: boolean;
  /** Any Content-Encoding but identity: the bytes are not the image's. */
  encoded: boolean;
  location: string;
  md5: string;
  sha256: string;
  version: string;
  etag: string;
  range: string;
  retryAfter: string;
  /** How far it has been read: it is whole; what is wrong with it, or `PullError.None`. */
  done: boolean;
  wrong: number;
  /** The line that has not ended yet, and bytes of all lines. */
  line: string;
  total: number;
  /** A bit for each deciding header so far. */
  seen: number;
  interim: number;
}

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
  // A folded line has not been allowed for years; who sends one may mean anything by it.
  if (colon < 1 || first === " " || first === "\t") {
    head.wrong = PullError.NoHttpServer;
    return;
  }
  // What an interim answer says is about itself.
  if (isInterim) return;
  const value = line.slice(colon + 1).trim();
  let bit = 0;
  switch (line.slice(0, colon).toLowerCase()) {
    case "content-length":
      bit = 1;
      head.bodyBytes = decimal(value);
      if (head.bodyBytes < 0) head.bodyBytes = -2;
      break;
    case "transfer-encoding":
      bit = 2;
      head.chunked = value.toLowerCase() !== "identity";
      break;
    case "content-encoding":
      bit = 4;
      head.encoded = value.length > 0 && value.toLowerCase() !== "identity";
      break;
    case "location":
      bit = 8;
      head.location = value;
      break;
    case "x-md5":
      bit = 16;
      head.md5 = value;
      break;
    case "x-sha256":
      bit = 32;
      head.sha256 = value;
      break;
    case "x-version":
      bit = 64;
      head.version = value;
      break;
    case "etag":
      bit = 128;
      head.etag = value;
      break;
    case "content-range":
      bit = 256;
      head.range = value;
      break;
    case "retry-after":
      bit = 512;
      head.retryAfter = value;
      break;
  }
  // Said twice, it says two things at once.
  if ((head.seen & bit) !== 0) head.wrong = PullError.NoHttpServer;
  head.seen |= bit;
}

/**
 * Reads the head of an HTTP/1.x answer (RFC 9112 §2..6), in whatever pieces it comes, into `job.head`.
 * @param text bytes, one char each
 * @returns how many belong to the head; the rest is body
 */
export function readHead(job: Pick<PullJob, "head">, text: string): number {
  const head: ResponseHead = job.head || {
    status: 0,
    bodyBytes: -1,
    chunked: false,
    encoded: false,
    location: "",
    md5: "",
    sha256: "",
    version: "",
    etag: "",
    range: "",
    retryAfter: "",
    done: false,
    wrong: PullError.None,
    line: "",
    total: 0,
    seen: 0,
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
