import { decimal } from "../invitation.js";
import { find } from "../web/find.js";
import { PullError } from "./pull-error.js";

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
}

function blankHead(): ResponseHead {
  return {
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
  };
}

/** Reads the head of an HTTP/1.x answer (RFC 9112 §2..6) in whatever pieces it comes. */
export class HeadReader {
  head: ResponseHead;
  private line: string;
  private total: number;
  /** Names of deciding headers so far, between commas. */
  private seen: string;
  private interim: number;
  private done: boolean;
  private wrong: number;

  constructor() {
    this.head = blankHead();
    this.line = "";
    this.total = 0;
    this.seen = ",";
    this.interim = 0;
    this.done = false;
    this.wrong = PullError.None;
  }

  isDone(): boolean {
    return this.done;
  }

  /** What is wrong with it, or `PullError.None`. */
  error(): number {
    return this.wrong;
  }

  /** Takes bytes, one char each. @returns how many belong to the head; the rest is body */
  read(text: string): number {
    let at = 0;
    while (at < text.length && !this.done && this.wrong === PullError.None) {
      const end = text.indexOf("\n", at);
      const stop = end < 0 ? text.length : end;
      const next = end < 0 ? stop : end + 1;
      this.total += next - at;
      if (this.total > mostHeadBytes || this.line.length + stop - at > mostLineBytes) {
        this.wrong = PullError.HeadTooLarge;
        this.line = "";
        return text.length;
      }
      this.line += text.slice(at, stop);
      at = next;
      if (end >= 0) {
        const line = this.line;
        this.line = "";
        this.take(line.charAt(line.length - 1) === "\r" ? line.slice(0, line.length - 1) : line);
      }
    }
    return at;
  }

  private take(line: string): void {
    if (this.head.status === 0) this.statusLine(line);
    else if (line.length === 0) this.end();
    else this.field(line);
  }

  private statusLine(line: string): void {
    const status = line.slice(0, 7) === "HTTP/1." && line.charAt(8) === " " ? decimal(line.slice(9, 12)) : -1;
    if (status < 100 || status > 599 || (line.length > 12 && line.charAt(12) !== " "))
      this.wrong = PullError.NoHttpServer;
    else this.head.status = status;
  }

  private end(): void {
    const status = this.head.status;
    if (status >= 200 || status === 101) {
      this.done = true;
      return;
    }
    this.interim++;
    if (this.interim > mostInterim) this.wrong = PullError.NoHttpServer;
    this.head = blankHead();
    this.seen = ",";
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const first = line.charAt(0);
    // A folded line has not been allowed for years; who sends one may mean anything by it.
    if (colon < 1 || first === " " || first === "\t") {
      this.wrong = PullError.NoHttpServer;
      return;
    }
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!this.keep(name, value)) return;
    // Said twice, it says two things at once.
    if (find(this.seen, `,${name},`, 0) >= 0) this.wrong = PullError.NoHttpServer;
    this.seen += `${name},`;
  }

  /** @returns whether the header decides something */
  private keep(name: string, value: string): boolean {
    const head = this.head;
    switch (name) {
      case "content-length":
        head.bodyBytes = decimal(value);
        if (head.bodyBytes < 0) head.bodyBytes = -2;
        return true;
      case "transfer-encoding":
        head.chunked = value.toLowerCase() !== "identity";
        return true;
      case "content-encoding":
        head.encoded = value.length > 0 && value.toLowerCase() !== "identity";
        return true;
      case "location":
        head.location = value;
        return true;
      case "x-md5":
        head.md5 = value;
        return true;
      case "x-sha256":
        head.sha256 = value;
        return true;
      case "x-version":
        head.version = value;
        return true;
      case "etag":
        head.etag = value;
        return true;
      case "content-range":
        head.range = value;
        return true;
      case "retry-after":
        head.retryAfter = value;
        return true;
      default:
        return false;
    }
  }
}
