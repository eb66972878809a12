import { type Fault, FaultNumber } from "../errors.js";
import type { Chunk } from "../ports.js";
import { type Update, UpdatePhase } from "../update/update.js";
import { AfterAnswer, type judgeAnswer } from "./answer.js";
import { PullError, type PullJob, PullOutcome, PullPhase } from "./job.js";
import type { followRedirect } from "./redirect.js";
import type { requestOf } from "./request.js";
import type { trouble } from "./retry.js";
import type { PullUrl } from "./url.js";

/** For the connection, for the answer's head, and for each byte of its body; the original has 8000 for all of it. ms */
const patienceMs = 10000;
/** How long the server may stay silent after the last byte before it closes. ms */
const surplusMs = 1000;
/**
 * For the download: so long, and more for each byte that is there, which makes 4 KB a second. A slower server is not worth
 * keeping the equipment stopped, whatever size it announced.
 */
const downloadMs = 60000;
const downloadMsPerByte = 0.25;

/** The connection, as little of it as is needed: one at a time. A new `connect` drops the one before. */
export interface PullLink {
  readonly connect: (to: PullUrl) => void;
  readonly send: (text: string) => void;
  readonly close: () => void;
}

/** The steps of a pull that are over in a moment, each a function over the job: boards load one at a time. */
export const enum PullStep {
  Request = 0,
  Head = 1,
  Answer = 2,
  Redirect = 3,
  Trouble = 4,
}

export interface PullStepTypes {
  [PullStep.Request]: typeof requestOf;
  /** `readResponseHead` (head.ts) over the runtime's bytes. */
  [PullStep.Head]: (job: PullJob, chunk: Chunk) => number;
  [PullStep.Answer]: typeof judgeAnswer;
  [PullStep.Redirect]: typeof followRedirect;
  [PullStep.Trouble]: typeof trouble;
}

/** Loads a step; its memory is free once the caller drops the reference. */
export type PullSteps = <S extends PullStep>(step: S) => PullStepTypes[S];

/**
 * One pull: requests, has the equipment made safe, fetches, verifies, commits; or posts a report. The first request is
 * for one byte only (Range), since a server's bytes could not be kept while valves close; servers without ranges answer
 * with all of it, which is taken at once if the equipment is safe at once, and requested again if not. A broken
 * connection resumes where it broke off. No I/O of its own; what is over in a moment are steps, fetched for it. A new
 * one goes on with a job that waits for the equipment.
 */
export class PullAttempt {
  /** The update, from its beginning on: one that came another way is left alone. */
  private run: Update | undefined;

  /** @param open gives the update, the same one as long as it runs; undefined: there is no memory for it beside this */
  constructor(
    private readonly job: PullJob,
    private readonly step: PullSteps,
    private readonly open: () => Update | undefined,
    private readonly link: PullLink,
  ) {
    this.run = job.phase === PullPhase.Preparing ? open() : undefined;
  }

  /** Sends the request; while a head is read: again, to where a redirect leads. */
  start(now: number): void {
    const job = this.job;
    if (job.phase !== PullPhase.Head && job.phase !== PullPhase.Answered) job.visited = [];
    job.phase = PullPhase.Connecting;
    job.since = now;
    job.from = job.received;
    job.head = undefined;
    this.link.connect(job.url);
  }

  onConnected(now: number): void {
    const job = this.job;
    if (job.phase !== PullPhase.Connecting) return;
    job.phase = PullPhase.Head;
    job.since = now;
    this.link.send(this.step(PullStep.Request)(job));
  }

  onData(now: number, chunk: Chunk): void {
    const job = this.job;
    let known = 0;
    if (job.phase === PullPhase.Head) {
      known = this.step(PullStep.Head)(job, chunk);
      const head = job.head;
      if (head === undefined) return;
      if (head.wrong !== PullError.None) this.fail(now, head.wrong, "", true);
      else if (head.done && job.image === undefined && (head.status !== 200 || job.plan.body.length > 0)) {
        job.phase = PullPhase.Answered;
        this.link.close();
      } else if (head.done) this.onHead(now, this.step(PullStep.Answer)(job, now));
    }
    const run = this.run;
    const image = job.image;
    const isReceiving = job.phase === PullPhase.Receiving;
    if (!(isReceiving || job.phase === PullPhase.Received) || run === undefined || image === undefined)
      return;
    const skipped = job.skip < chunk.length - known ? job.skip : chunk.length - known;
    job.since = now;
    job.skip -= skipped;
    known += skipped;
    const rest = chunk.length - known;
    if (rest === 0) return;
    if (!isReceiving || job.received + rest > image.size) {
      this.fail(now, FaultNumber.Aborted, "the body is longer than announced", false);
      return;
    }
    job.fault = run.write(known === 0 ? chunk : chunk.slice(known));
    job.received += rest;
    if (job.fault !== undefined) this.fail(now, 0, "", false);
    else if (job.received === image.size) job.phase = PullPhase.Received;
  }

  /** The peer has closed, or the connection could not be made. */
  onClosed(now: number): void {
    const job = this.job;
    if (job.phase === PullPhase.Received) job.since = now - surplusMs;
    else if (job.phase === PullPhase.Connecting) this.fail(now, PullError.ConnectionFailed, "", true);
    else if (job.phase === PullPhase.Head || job.phase === PullPhase.Receiving)
      this.fail(now, PullError.ConnectionLost, "", true);
  }

  /** Time has passed; to be called several times a second. */
  tick(now: number): void {
    const job = this.job;
    const run = this.run;
    const image = job.image;
    const phase = job.phase;
    if (phase === PullPhase.Over) return;
    if (run !== undefined && job.fault === undefined) job.fault = run.poll(now);
    if (job.fault !== undefined) this.fail(now, 0, "", false);
    else if (phase === PullPhase.Answered) this.onHead(now, this.step(PullStep.Answer)(job, now));
    else if (run !== undefined && phase === PullPhase.Preparing) {
      if (run.phase === UpdatePhase.Prepared) {
        // How long the valves took is not the server's fault: its time begins now.
        job.begun = now;
        this.start(now);
      } else if (run.phase !== UpdatePhase.Preparing && run.phase !== UpdatePhase.Leaving)
        this.fail(now, FaultNumber.Aborted, "update given up", false);
    } else if (run !== undefined && phase === PullPhase.Received) {
      if (now - job.since < surplusMs) return;
      job.fault = run.verify() || run.commit(now);
      if (job.fault !== undefined) this.fail(now, 0, "", false);
      else {
        run.finish(job.plan.restarts);
        job.outcome = PullOutcome.Ok;
        this.finish();
      }
    } else if (image !== undefined && now - job.begun >= downloadMs + downloadMsPerByte * job.received)
      this.fail(now, PullError.ReadTimeout, "the download takes too long", false);
    else if (phase === PullPhase.Pausing) {
      if (now >= job.since) this.start(now);
    } else if (now - job.since >= patienceMs) {
      const error = phase === PullPhase.Connecting ? PullError.ConnectionFailed : PullError.ReadTimeout;
      this.fail(now, error, "the server says nothing", true);
    }
  }

  /** Ends it from outside, without a step: there may be no memory for one. The equipment goes on. */
  abandon(why: Fault): void {
    if (this.job.phase === PullPhase.Over) return;
    this.job.fault = why;
    if (this.run !== undefined) this.run.fail(why);
    this.finish();
  }

  private onHead(now: number, then: AfterAnswer): void {
    const job = this.job;
    if (then === AfterAnswer.Over) this.finish();
    else if (then === AfterAnswer.Redirect) {
      const refused = this.step(PullStep.Redirect)(job);
      if (refused.length > 0) this.fail(now, PullError.WrongHttpCode, refused, false);
      else this.start(now);
    } else if (then === AfterAnswer.Image) this.receive(now);
    else if (then === AfterAnswer.Offer || then === AfterAnswer.WholeOffer)
      this.offer(now, then === AfterAnswer.WholeOffer);
    else this.fail(now, job.error, job.detail, then === AfterAnswer.Broken);
  }

  /** @param isWhole the image itself follows */
  private offer(now: number, isWhole: boolean): void {
    const job = this.job;
    const image = job.image;
    if (image === undefined) return;
    const offer = {
      command: job.plan.command,
      size: image.size,
      md5: image.md5,
      sha256: image.sha256,
      from: "pull",
      wants: job.plan.wants,
    };
    const run = this.open();
    job.phase = PullPhase.Preparing;
    if (run === undefined) {
      job.offer = offer;
      this.link.close();
      return;
    }
    job.fault = run.begin(now, offer);
    if (job.fault !== undefined) {
      this.fail(now, 0, "", false);
      return;
    }
    this.run = run;
    job.begun = now;
    if (isWhole && run.phase === UpdatePhase.Prepared) this.receive(now);
    else this.link.close();
  }

  /** Bytes of the image follow. */
  private receive(now: number): void {
    const job = this.job;
    job.phase = PullPhase.Receiving;
    job.since = now;
    job.head = undefined;
    if (job.tried || this.run === undefined) return;
    job.tried = true;
    job.fault = this.run.open();
    if (job.fault !== undefined) this.fail(now, 0, "", false);
  }

  /** Something is wrong, `error` or what the job holds: another connection where that is of use, or the end. */
  private fail(now: number, error: number, detail: string, again: boolean): void {
    const job = this.job;
    job.error = error;
    job.detail = detail;
    this.link.close();
    const wait = this.step(PullStep.Trouble)(job, this.run, again);
    job.phase = wait < 0 ? PullPhase.Over : PullPhase.Pausing;
    job.since = now + wait;
  }

  private finish(): void {
    this.link.close();
    this.job.phase = PullPhase.Over;
  }
}
