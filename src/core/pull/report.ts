import { quoted } from "../web/web-status.js";
import type { PullUrl } from "./pull-url.js";

/** What became of an update; docs/server.md, `POST /report`. Texts are "" where there is nothing to say. */
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
  return value.length === 0 ? "" : `,"${name}":${quoted(value)}`;
}

/** Where reports go: to the server that is polled, and nowhere else. */
export function reportUrl(polled: PullUrl): PullUrl {
  return { tls: polled.tls, host: polled.host, port: polled.port, path: "/report" };
}

/** Header lines about the body, each with its end. */
export function reportLines(body: string): string {
  return `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
}

/** The body, as JSON. */
export function reportBody(mac: string, report: PullReport): string {
  const about = `{"mac":${quoted(mac)},"event":"${report.event}","target":"${report.target}"`;
  const text = report.text.length > longestText ? report.text.slice(0, longestText) : report.text;
  const which = member("version", report.version) + member("md5", report.md5);
  return `${about}${which}${member("code", report.code)}${member("text", text)}}`;
}
