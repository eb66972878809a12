import type { Bytes, Chunk } from "../ports.js";
import { quoted } from "../web/web-status.js";
import { Exchange, type ExchangeTimes, type PullLink } from "./exchange.js";
import { PullError } from "./pull-error.js";
import type { PullUrl } from "./pull-url.js";
import { type BoardFacts, reportRequest } from "./request.js";

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

/** The body, as JSON. */
export function reportBody(mac: string, report: PullReport): string {
  const about = `{"mac":${quoted(mac)},"event":"${report.event}","target":"${report.target}"`;
  const text = report.text.length > longestText ? report.text.slice(0, longestText) : report.text;
  const which = member("version", report.version) + member("md5", report.md5);
  return `${about}${which}${member("code", report.code)}${member("text", text)}}`;
}

/** Posts one report: to the server that was polled, at /report, and nowhere else. */
export class ReportTask {
  private readonly exchange: Exchange;
  private over: boolean;
  private taken: boolean;

  constructor(
    bytes: Bytes,
    link: PullLink,
    private readonly url: PullUrl,
    private readonly facts: BoardFacts,
    private readonly authorization: string,
    private readonly report: PullReport,
    times: ExchangeTimes,
  ) {
    this.exchange = new Exchange(bytes, link, times);
    this.over = false;
    this.taken = false;
  }

  isOver(): boolean {
    return this.over;
  }

  /** Whether it need not be sent again: taken, or refused for good. */
  isTaken(): boolean {
    return this.taken;
  }

  start(now: number): void {
    const url = this.url;
    const to: PullUrl = { tls: url.tls, host: url.host, port: url.port, path: "/report" };
    const body = reportBody(this.facts.mac, this.report);
    this.exchange.start(now, to, reportRequest(to, this.facts, this.authorization, body));
  }

  onConnected(now: number): void {
    this.exchange.onConnected(now);
  }

  onData(now: number, chunk: Chunk): void {
    const wrong = this.exchange.onHeadData(now, chunk);
    const head = this.exchange.head();
    if (wrong !== PullError.None) this.end(false);
    // Servers of other people know no reports, and will not learn of them by trying again.
    else if (head !== undefined) this.end(head.status < 500);
  }

  onClosed(): void {
    if (!this.over) this.end(false);
  }

  tick(now: number): void {
    if (!this.over && this.exchange.lateError(now) !== PullError.None) this.end(false);
  }

  private end(taken: boolean): void {
    this.exchange.stop();
    this.over = true;
    this.taken = taken;
  }
}
