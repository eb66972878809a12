import { decimal } from "../espota/invitation.js";
import { isHex } from "../same-text.js";
import { find } from "../web/find.js";
import { PullError } from "./pull-error.js";
import type { PullJob } from "./pull-job.js";
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
  /** Which bytes this answer brings: from this one on. */
  readonly first: number;
}

/** Longest tag that is sent back, characters. */
const longestTag = 100;

/** `bytes 5-9/20` → [5, 9, 20]; undefined when it is anything else (RFC 9110 §14.4). */
function parseContentRange(text: string): number[] | undefined {
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

/**
 * What an answer of status 200 or 206 announces. The MD5 that the application expects counts before the server's word.
 * @returns undefined when it cannot be taken: the job says why
 */
export function announcedBy(job: PullJob, head: ResponseHead): Announced | undefined {
  const range = head.status === 206 ? parseContentRange(head.range) : [0, head.bodyBytes - 1, head.bodyBytes];
  const md5 = job.plan.expectedMd5.length > 0 ? job.plan.expectedMd5 : head.md5;
  job.error = PullError.NoSize;
  if (head.encoded) {
    job.error = PullError.Encoding;
    job.detail = "the image comes with a Content-Encoding";
  } else if (head.chunked) job.detail = "the answer is chunked";
  else if (head.bodyBytes === -1) job.detail = "no Content-Length";
  else if (head.bodyBytes <= 0) job.detail = "Content-Length is not above 0";
  else if (range === undefined || range[1] - range[0] + 1 !== head.bodyBytes)
    job.detail = "Content-Range and Content-Length do not go together";
  // A request for a part of the image is one for all that follows.
  else if (job.image !== undefined && range[1] + 1 !== range[2])
    job.detail = "not the range that was asked for";
  else {
    job.error = PullError.WrongMd5;
    if (md5.length > 0 && !isHex(md5, 32)) job.detail = "x-MD5 is no MD5";
    else if (head.sha256.length > 0 && !isHex(head.sha256, 64)) job.detail = "x-SHA256 is no SHA-256";
    else {
      job.error = PullError.None;
      // Only a strong tag says that the bytes are the same (RFC 9110 §13.1.5).
      const tag = head.etag;
      const isStrong = tag.length > 2 && tag.length <= longestTag && find(tag, '"', 0) === 0;
      return {
        size: range[2],
        md5: md5.toLowerCase(),
        sha256: head.sha256.toLowerCase(),
        version: head.version,
        etag: isStrong && tag.charAt(tag.length - 1) === '"' ? tag : "",
        first: range[0],
      };
    }
  }
  return undefined;
}

/** How an image is remembered: by its MD5, else by its tag. */
export function nameOfImage(image: Announced): string {
  return image.md5.length > 0 ? image.md5 : image.etag;
}
