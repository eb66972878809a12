import { decimal } from "../invitation.js";
import { isHex } from "../same-text.js";
import { find } from "../web/find.js";
import { PullError, type PullFault, pullFault } from "./pull-error.js";
import type { ResponseHead } from "./response-head.js";

/** The image that a server announces. */
export interface Announced {
  /** Bytes of the whole image. */
  readonly size: number;
  /** 32 and 64 lower-case hex digits, or "". */
  readonly md5: string;
  readonly sha256: string;
  readonly version: string;
  /** A strong entity tag, or "". */
  readonly etag: string;
  /** Which bytes this answer brings: from this one, up to the last. */
  readonly first: number;
  /** Bytes of this answer's body. */
  readonly length: number;
}

/** Longest tag that is sent back, characters. */
const longestTag = 100;

/** `bytes 5-9/20` → [5, 9, 20]; undefined when it is anything else (RFC 9110 §14.4). */
export function parseContentRange(text: string): number[] | undefined {
  if (text.slice(0, 6).toLowerCase() !== "bytes ") return undefined;
  const dash = text.indexOf("-");
  const slash = text.indexOf("/");
  if (dash < 0 || slash < dash) return undefined;
  const first = decimal(text.slice(6, dash));
  const last = decimal(text.slice(dash + 1, slash));
  const size = decimal(text.slice(slash + 1));
  if (first < 0 || last < first || size <= last) return undefined;
  return [first, last, size];
}

/** Only a strong tag says that the bytes are the same (RFC 9110 §13.1.5). */
function strongTag(etag: string): string {
  const plain = etag.length > 2 && etag.length <= longestTag && find(etag, '"', 0) === 0;
  return plain && etag.charAt(etag.length - 1) === '"' ? etag : "";
}

/**
 * What an answer of status 200 or 206 announces, or why it cannot be taken.
 * @param expectedMd5 what the application says that it must be, which counts before the server's word; or ""
 */
export function announcedBy(head: ResponseHead, expectedMd5: string): Announced | PullFault {
  if (head.encoded) return pullFault(PullError.Encoding, "the image comes with a Content-Encoding");
  if (head.chunked) return pullFault(PullError.NoSize, "the answer is chunked");
  if (head.bodyBytes === -1) return pullFault(PullError.NoSize, "no Content-Length");
  if (head.bodyBytes <= 0) return pullFault(PullError.NoSize, "Content-Length is not above 0");
  let first = 0;
  let size = head.bodyBytes;
  if (head.status === 206) {
    const range = parseContentRange(head.range);
    if (range === undefined || range[1] - range[0] + 1 !== head.bodyBytes)
      return pullFault(PullError.NoSize, "Content-Range and Content-Length do not go together");
    first = range[0];
    size = range[2];
  }
  const md5 = expectedMd5.length > 0 ? expectedMd5 : head.md5;
  if (md5.length > 0 && !isHex(md5, 32)) return pullFault(PullError.WrongMd5, "x-MD5 is no MD5");
  if (head.sha256.length > 0 && !isHex(head.sha256, 64))
    return pullFault(PullError.WrongMd5, "x-SHA256 is no SHA-256");
  return {
    size: size,
    md5: md5.toLowerCase(),
    sha256: head.sha256.toLowerCase(),
    version: head.version,
    etag: strongTag(head.etag),
    first: first,
    length: head.bodyBytes,
  };
}

function differ(one: string, other: string): boolean {
  return one.length > 0 && other.length > 0 && one !== other;
}

function agree(one: string, other: string): boolean {
  return one.length > 0 && one === other;
}

/** Whether a later answer contradicts what was announced before; what one of them does not say is not compared. */
export function isOtherImage(before: Announced, now: Announced): boolean {
  if (before.size !== now.size || differ(before.md5, now.md5)) return true;
  return differ(before.sha256, now.sha256) || differ(before.etag, now.etag);
}

/** Whether both say in the same way that it is the same image. */
export function isSurelySame(before: Announced, now: Announced): boolean {
  if (agree(before.md5, now.md5) || agree(before.sha256, now.sha256)) return true;
  return agree(before.etag, now.etag);
}

/** Whether anything tells this image from another one of its length. */
export function isIdentified(image: Announced): boolean {
  return image.etag.length > 0 || image.md5.length > 0 || image.sha256.length > 0;
}
