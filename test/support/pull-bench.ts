import { judgeAnswer } from "../../src/core/pull/answer.js";
import { PullAttempt, type PullLink, PullStep, type PullStepTypes } from "../../src/core/pull/attempt.js";
import { readResponseHead } from "../../src/core/pull/head.js";
import { type BoardIdentity, linesOf, userAgentOf } from "../../src/core/pull/introduction.js";
import {
  nameOfImage,
  newJob,
  type PullJob,
  type PullOutcome,
  PullPhase,
  type PullPlan,
} from "../../src/core/pull/job.js";
import { followRedirect } from "../../src/core/pull/redirect.js";
import { requestOf } from "../../src/core/pull/request.js";
import { explain, type PullReply } from "../../src/core/pull/result.js";
import { retryAfterMs, trouble } from "../../src/core/pull/retry.js";
import { type PullUrl, parseUrl, urlText } from "../../src/core/pull/url.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { md5Of } from "./core-bundle.js";
import { image, RunBench } from "./core-run.js";
import type { StepPlan } from "./core-steps.js";
import type { TestTarget } from "./core-target.js";

/** The steps that a board loads one by one. */
export const steps: PullStepTypes = {
  [PullStep.Request]: requestOf,
  [PullStep.Head]: (job, chunk) => readResponseHead(job, nodeBytes.toText(chunk)),
  [PullStep.Answer]: judgeAnswer,
  [PullStep.Redirect]: followRedirect,
  [PullStep.Trouble]: trouble,
};

export function urlOf(text: string): PullUrl {
  const url = parseUrl(text);
  if (typeof url === "string") throw new Error(`${text}: ${url}`);
  return url;
}

/** The identity of the board of test/server/support/rig.ts. */
export const facts: BoardIdentity = {
  family: "sluice",
  mode: "app",
  mac: "30:AE:A4:00:00:07",
  apMac: "32:AE:A4:00:00:07",
  chipId: "15602487",
  freeSpace: 65536,
  sketchSize: 12000,
  sketchMd5: "0123456789abcdef0123456789abcdef",
  chipSize: 4194304,
  sdkVersion: "2v29",
  version: "1.1.0",
  app: "garden",
  boardId: "esp32-devkit",
  slot: "a",
  state: "",
};

export const plan: PullPlan = {
  url: urlOf("http://10.0.0.2:8266/update"),
  authorization: "",
  userAgent: userAgentOf("sluice", "0.1.0"),
  lines: linesOf(facts),
  body: "",
  asksVersion: false,
  command: 0,
  expectedMd5: "",
  restarts: true,
  runningMd5: facts.sketchMd5,
  givenUpMd5: "",
  version: facts.version,
  newerOnly: false,
  wants: { kind: 1, name: facts.app, oldest: "" },
  blocked: undefined,
};

/** One connection of the board's: where to, what was sent, whether the board has closed it. */
export interface Call {
  readonly to: string;
  said: string;
  closed: boolean;
}

/** A pull on a board with one valve; the server, the network and the clock are the test's. */
export class PullBench extends RunBench {
  readonly calls: Call[] = [];
  readonly job: PullJob;
  attempt: PullAttempt;
  private readonly link: PullLink;

  constructor(more: Partial<PullPlan> = {}, valve: StepPlan = {}, target?: TestTarget) {
    super(valve, target);
    this.link = {
      connect: (to) => {
        this.close();
        this.calls.push({ to: urlText(to), said: "", closed: false });
      },
      send: (text) => {
        this.call.said += text;
      },
      close: () => this.close(),
    };
    this.job = newJob({ ...plan, ...more });
    this.attempt = this.make();
  }

  private make(): PullAttempt {
    const open = () => this.run;
    return new PullAttempt(this.job, (step) => steps[step], open, this.link);
  }

  /** Another attempt goes on with the job. */
  again(): this {
    this.attempt = this.make();
    return this;
  }

  private close(): void {
    const last = this.calls.at(-1);
    if (last !== undefined) last.closed = true;
  }

  /** The latest connection. */
  get call(): Call {
    const last = this.calls.at(-1);
    if (last === undefined) throw new Error("nobody was called");
    return last;
  }

  get result(): PullReply & {
    readonly outcome: PullOutcome;
    readonly image: string;
    readonly tried: boolean;
    readonly retryAfter: number;
  } {
    if (!this.isOver) throw new Error("the pull goes on");
    const { outcome, image, tried } = this.job;
    const retryAfter = retryAfterMs(this.job) / 1000;
    return { ...explain(this.job), outcome, image: nameOfImage(image), tried, retryAfter };
  }

  get isOver(): boolean {
    return this.job.phase === PullPhase.Over;
  }

  start(): this {
    this.attempt.start(this.now);
    return this.connected();
  }

  /** The connection stands: the request leaves. */
  connected(): this {
    this.attempt.onConnected(this.now);
    return this;
  }

  /** The server sends something, in pieces of `size` bytes; what comes after the board has closed is dropped. */
  answer(text: string | Uint8Array, size = 536): this {
    const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
    const call = this.call;
    for (let at = 0; at < bytes.length && !call.closed; at += size)
      this.attempt.onData(this.now, new Uint8Array(bytes.slice(at, at + size)));
    if (this.job.phase === PullPhase.Answered) this.attempt.tick(this.now);
    return this;
  }

  hangUp(): this {
    if (!this.call.closed) this.attempt.onClosed(this.now);
    return this;
  }

  /** Time passes, looked at every 50 ms as the agent does, until the pull is over or `now` is reached. */
  until(now: number): this {
    while (this.now < now && !this.isOver) {
      this.now += 50;
      this.attempt.tick(this.now);
    }
    return this;
  }

  /** The next time that the board calls, or the end. */
  untilCall(most = 600_000): this {
    const calls = this.calls.length;
    const end = this.now + most;
    while (this.calls.length === calls && this.now < end && !this.isOver) this.until(this.now + 50);
    if (this.calls.length > calls) this.connected();
    return this;
  }
}

const same = (data: Uint8Array): string[] => [`x-MD5: ${md5Of(data)}`, `ETag: "${md5Of(data)}"`];

export function headOf(status: string, ...headers: string[]): string {
  return `${[`HTTP/1.1 ${status}`, ...headers].join("\r\n")}\r\n\r\n`;
}

/** The answer of `sluice serve` to a request for the bytes from `first` to `last`. */
function rangeAnswer(first: number, last: number, data: Uint8Array, ...more: string[]): Buffer {
  const range = `Content-Range: bytes ${first}-${last}/${data.length}`;
  const head = headOf(
    "206 Partial Content",
    `Content-Length: ${last - first + 1}`,
    range,
    ...same(data),
    ...more,
  );
  return Buffer.concat([Buffer.from(head), data.subarray(first, last + 1)]);
}

/** The answer to a request for the first byte. */
export const probeAnswer = (data: Uint8Array = image, ...more: string[]): Buffer =>
  rangeAnswer(0, 0, data, ...more);

export const restAnswer = (first: number, data: Uint8Array = image): Buffer =>
  rangeAnswer(first, data.length - 1, data);

export function wholeAnswer(data: Uint8Array = image, ...more: string[]): Buffer {
  const head = headOf("200 OK", `Content-Length: ${data.length}`, ...same(data), ...more);
  return Buffer.concat([Buffer.from(head), data]);
}
