import type { Bytes, Chunk } from "../ports.js";
import { PullError } from "./pull-error.js";
import type { PullUrl } from "./pull-url.js";
import { HeadReader, type ResponseHead } from "./response-head.js";

/** The connection, as little of it as is needed: one at a time. A new `connect` lets go of the one before. */
export interface PullLink {
  readonly connect: (to: PullUrl) => void;
  readonly send: (text: string) => void;
  readonly close: () => void;
}

/** ms; the original has one client timeout of 8000 for all of it. */
export interface ExchangeTimes {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer's head is in. */
  readonly headMs: number;
  /** Without a byte of the body. */
  readonly silenceMs: number;
}

export const exchangeTimes: ExchangeTimes = { connectMs: 10000, headMs: 10000, silenceMs: 10000 };

const enum Stage {
  Idle = 0,
  Connecting = 1,
  Head = 2,
  Body = 3,
}

/** One request and the head of its answer; the body is passed on. Knows how long each stage may take. */
export class Exchange {
  private stage: Stage;
  private since: number;
  private request: string;
  private reader: HeadReader | undefined;
  private rest: Chunk | undefined;

  constructor(
    private readonly bytes: Bytes,
    private readonly link: PullLink,
    private readonly times: ExchangeTimes,
  ) {
    this.stage = Stage.Idle;
    this.since = 0;
    this.request = "";
    this.reader = undefined;
    this.rest = undefined;
  }

  start(now: number, to: PullUrl, request: string): void {
    this.stage = Stage.Connecting;
    this.since = now;
    this.request = request;
    this.reader = new HeadReader();
    this.rest = undefined;
    this.link.connect(to);
  }

  stop(): void {
    if (this.stage !== Stage.Idle) this.link.close();
    this.stage = Stage.Idle;
    this.reader = undefined;
    this.rest = undefined;
    this.request = "";
  }

  onConnected(now: number): void {
    if (this.stage !== Stage.Connecting) return;
    this.stage = Stage.Head;
    this.since = now;
    const request = this.request;
    this.request = "";
    this.link.send(request);
  }

  /** Takes bytes of the head. @returns what is wrong with it, or `PullError.None`; see `head` for whether it is done */
  onHeadData(now: number, chunk: Chunk): number {
    const reader = this.reader;
    if (this.stage !== Stage.Head || reader === undefined) return PullError.None;
    const used = reader.read(this.bytes.toText(chunk));
    if (reader.error() !== PullError.None) return reader.error();
    if (reader.isDone()) {
      this.stage = Stage.Body;
      this.since = now;
      this.rest = used < chunk.length ? chunk.slice(used) : undefined;
    }
    return PullError.None;
  }

  isInHead(): boolean {
    return this.stage === Stage.Connecting || this.stage === Stage.Head;
  }

  isInBody(): boolean {
    return this.stage === Stage.Body;
  }

  /** The answer's head, once it is in. */
  head(): ResponseHead | undefined {
    return this.stage === Stage.Body && this.reader !== undefined ? this.reader.head : undefined;
  }

  /** The first bytes of the body, which came together with the end of the head; once. */
  takeRest(): Chunk | undefined {
    const rest = this.rest;
    this.rest = undefined;
    return rest;
  }

  /** A byte of the body came. */
  heard(now: number): void {
    this.since = now;
  }

  /** What it means that the connection is gone, or could not be made. */
  lostError(): number {
    return this.stage === Stage.Connecting ? PullError.ConnectionFailed : PullError.ConnectionLost;
  }

  /** `PullError.None`, or that the stage has taken too long. */
  lateError(now: number): number {
    const waited = now - this.since;
    if (this.stage === Stage.Connecting)
      return waited >= this.times.connectMs ? PullError.ConnectionFailed : PullError.None;
    if (this.stage === Stage.Head)
      return waited >= this.times.headMs ? PullError.ReadTimeout : PullError.None;
    if (this.stage === Stage.Body)
      return waited >= this.times.silenceMs ? PullError.ReadTimeout : PullError.None;
    return PullError.None;
  }
}
