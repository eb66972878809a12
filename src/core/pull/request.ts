import type { PullJob } from "./pull-job.js";
import { authorityOf, mayKnowPassword } from "./pull-url.js";

/**
 * What asks for an image, or the rest of one, or posts a report; lines in the original's order. HTTP/1.0, as the
 * original's: an answer to it has a length, never chunks. The first question asks for one byte only (Range).
 */
export function requestOf(job: PullJob): string {
  const plan = job.plan;
  const url = job.url;
  const image = job.image;
  let more = "";
  if (plan.authorization.length > 0 && mayKnowPassword(plan.url, url))
    more = `Authorization: ${plan.authorization}\r\n`;
  if (image === undefined) {
    if (!plan.asksVersion && plan.body.length === 0) more += "Range: bytes=0-0\r\n";
  } else if (job.received > 0) {
    more += `Range: bytes=${job.received}-\r\n`;
    if (image.etag.length > 0) more += `If-Range: ${image.etag}\r\n`;
  }
  const about = `Host: ${authorityOf(url)}\r\nUser-Agent: ${plan.userAgent}\r\nConnection: close\r\n`;
  const method = plan.body.length > 0 ? "POST" : "GET";
  return `${method} ${url.path} HTTP/1.0\r\n${about}${more}${plan.lines}\r\n${plan.body}`;
}
