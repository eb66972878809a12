import { jsonText } from "../text.js";

import type { PullJob } from "./job.js";
import type { PullUrl } from "./url.js";
import { authorityOf, mayKnowPassword } from "./url.js";

/**
 * The request for an image, or the rest of one, or with a report; lines in the original's order. HTTP/1.0, as the
 * original's: an answer to it has a length, never chunks. The first request is for one byte only (Range).
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

/** What became of an update; docs/server.md, `POST /report`. Texts are "" where there is none. */
export interface PullReport {
  readonly event: "installed" | "rolled-back" | "failed" | "refused";
  /** "app", "agent" or "firmware". */
  readonly target: string;
  readonly version: string;
  readonly md5: string;
  readonly code: string;
  readonly text: string;
}

/** Longest text of a report, characters. */
const longestText = 200;

function member(name: string, value: string): string {
  return value.length === 0 ? "" : `,"${name}":${jsonText(value)}`;
}

/** Where reports go: beside what is polled, since a proxy may have the server behind a prefix of its own. */
export function reportUrl(polled: PullUrl): PullUrl {
  const path = polled.path;
  let end = 0;
  for (let i = 0; i < path.length && path.charAt(i) !== "?"; i++) if (path.charAt(i) === "/") end = i;
  return { tls: polled.tls, host: polled.host, port: polled.port, path: `${path.slice(0, end)}/report` };
}

/** Header lines about the body, each with its end. */
export function reportLines(body: string): string {
  return `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
}

/** The body, as JSON. */
export function reportBody(mac: string, report: PullReport): string {
  const about = `{"mac":${jsonText(mac)},"event":"${report.event}","target":"${report.target}"`;
  const text = report.text.length > longestText ? report.text.slice(0, longestText) : report.text;
  const which = member("version", report.version) + member("md5", report.md5);
  return `${about}${which}${member("code", report.code)}${member("text", text)}}`;
}
