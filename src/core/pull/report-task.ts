import type { Bytes, Chunk } from "../ports.js";
import { Exchange, type ExchangeTimes, type PullLink } from "./exchange.js";
import { PullError } from "./pull-error.js";
import type { PullUrl } from "./pull-url.js";

/** Posts one report (reportRequest). */
export class ReportTask {
  private readonly exchange: Exchange;
  private over: boolean;
  private taken: boolean;

  constructor(bytes: Bytes, link: PullLink, times: ExchangeTimes) {
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

  start(now: number, to: PullUrl, request: string): void {
    this.exchange.start(now, to, request);
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
