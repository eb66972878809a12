import { type Fault, FaultNumber, fault } from "../errors.js";
import { isHex } from "../same-text.js";
import { RunPhase } from "../update-run.js";
import { type HttpHead, headerOf, queryOf } from "./http-head.js";
import { boundaryOf, MultipartReader, type MultipartSink } from "./multipart.js";
import { faultReply, html, plain, type Reply, reply } from "./reply.js";
import { type WebHost, webPeer } from "./web-host.js";
import type { WebStatus } from "./web-status.js";

/** A sender that says nothing for so long is given up, ms. */
export const bodySilenceMs = 10000;

const enum Stage {
  /** Multipart: the file's part has not begun. */
  Fields = 0,
  /** The offer stands; the equipment is on its way to its safe state. */
  Waiting = 1,
  Receiving = 2,
  /** Everything is in; verified at the next tick, so that the last acknowledgement leaves first. */
  Received = 3,
  Answered = 4,
}

/**
 * One POSTed image, from the first byte behind the head to the answer. The engine cannot hold a sender back for long,
 * and images do not fit into memory: so bytes that come before the equipment is safe are let go, and once it is safe
 * the answer is 307, upon which browsers (and curl -L) send the same once more. Who asks first, by POST …/prepare or
 * by `Expect: 100-continue`, sends once.
 */
export class WebUpload implements MultipartSink {
  private stage: Stage;
  private reader: MultipartReader | undefined;
  private command: number;
  private md5: string;
  private expects: boolean;
  /** Bytes of the form behind the file. */
  private around: number;
  private hasFile: boolean;
  private inFile: boolean;
  /** Body bytes so far, those of them that were let go, and of the image. */
  private received: number;
  private dropped: number;
  private size: number;
  private written: number;
  private last: number;
  private failure: Fault | undefined;
  private committed: boolean;

  constructor(
    private readonly host: WebHost,
    private readonly status: WebStatus,
    private readonly head: HttpHead,
    private readonly length: number,
    private readonly send: (text: string) => void,
  ) {
    this.stage = Stage.Fields;
    this.reader = undefined;
    this.command = queryOf(head, "kind") === "filesystem" ? 100 : 0;
    this.md5 = queryOf(head, "md5") || headerOf(head, "x-md5");
    this.expects = headerOf(head, "expect").toLowerCase() === "100-continue";
    this.around = 0;
    this.hasFile = false;
    this.inFile = true;
    this.received = 0;
    this.dropped = 0;
    this.size = 0;
    this.written = 0;
    this.last = 0;
    this.failure = undefined;
    this.committed = false;
  }

  /** The head is in, nothing of the body is. @returns the answer, if that decides it */
  start(now: number): Reply | undefined {
    this.last = now;
    if (this.length === 0) return this.fail(fault(FaultNumber.NoData, ""));
    const type = headerOf(this.head, "content-type");
    if (type.slice(0, 10).toLowerCase() !== "multipart/") return this.offer(now, this.length);
    const boundary = boundaryOf(type);
    if (boundary.length === 0) return this.fail(fault(FaultNumber.Aborted, "multipart without a boundary"));
    this.reader = new MultipartReader(boundary, this.length, this);
    // Behind the file: line feed, two dashes, the boundary, two dashes, line feed.
    this.around = boundary.length + 8;
    this.goOn();
    return undefined;
  }

  /** Bytes of the body, never more than announced. */
  take(now: number, bytes: string): Reply | undefined {
    this.last = now;
    this.received += bytes.length;
    if (this.stage === Stage.Waiting) {
      const answer = this.dropped === 0 ? this.proceed(now) : undefined;
      if (answer !== undefined) return answer;
    }
    if (this.reader === undefined) this.data(bytes);
    else if (this.stage !== Stage.Waiting) this.reader.take(bytes);
    else this.dropped += bytes.length;
    if (this.failure !== undefined) return this.fail(this.failure);
    const wrong = this.reader === undefined ? "" : this.reader.error();
    if (wrong.length > 0) return this.fail(fault(FaultNumber.Aborted, wrong));
    if (this.received === this.length) return this.bodyEnds(now);
    return undefined;
  }

  /** Time has passed. */
  tick(now: number): Reply | undefined {
    if (this.stage === Stage.Answered) return undefined;
    if (this.stage === Stage.Received) return this.conclude(now);
    if (this.stage !== Stage.Fields) {
      const unsafe = this.host.run.poll(now);
      if (unsafe !== undefined) return this.fail(unsafe);
    }
    if (this.stage === Stage.Waiting) {
      const answer = this.proceed(now);
      if (answer !== undefined || this.expects || this.received === this.length) return answer;
    }
    if (now - this.last >= bodySilenceMs)
      return this.fail(fault(FaultNumber.Silent, `no data for ${bodySilenceMs} ms`));
    return undefined;
  }

  /** The sender is gone. An image that its sender takes for failed must not run. */
  closed(now: number): void {
    if (this.stage === Stage.Waiting) this.host.run.park(now);
    else if (this.stage === Stage.Receiving || this.stage === Stage.Received)
      this.fail(fault(FaultNumber.Aborted, `connection closed at ${this.received} of ${this.length} bytes`));
    this.stage = Stage.Answered;
  }

  /** The new image runs from the next start on. */
  isCommitted(): boolean {
    return this.committed;
  }

  /** The form's small fields, as the reader comes to them. */
  field(name: string, value: string): void {
    if (name === "md5") this.md5 = value;
  }

  file(field: string, name: string, rest: number): void {
    // A file field in which nothing was chosen comes without a name.
    this.inFile = name.length > 0;
    if (!this.inFile) return;
    if (this.hasFile) {
      this.failure = fault(FaultNumber.Aborted, "one image at a time");
      return;
    }
    this.hasFile = true;
    if (field === "filesystem") this.command = 100;
    this.offer(this.last, rest - this.around);
  }

  private offer(now: number, size: number): Reply | undefined {
    this.size = size;
    if (this.md5.length > 0 && !isHex(this.md5, 32))
      return this.fail(fault(FaultNumber.Md5, "not an MD5 given"));
    this.host.notify({ event: "invitation", from: webPeer, size: size });
    const refused = this.host.run.begin(now, {
      command: this.command,
      size: size,
      md5: this.md5.toLowerCase(),
      from: webPeer,
    });
    if (refused !== undefined) return this.fail(refused);
    this.stage = Stage.Waiting;
    return this.proceed(now);
  }

  /** From waiting to receiving, once the equipment is safe; or, with bytes gone, to "once more". */
  private proceed(now: number): Reply | undefined {
    const run = this.host.run;
    if (run.phase === RunPhase.Preparing) return undefined;
    if (run.phase !== RunPhase.Prepared) return this.fail(fault(FaultNumber.Aborted, "update given up"));
    if (this.dropped > 0) return this.received === this.length ? this.onceMore(now) : undefined;
    this.goOn();
    this.last = now;
    const refused = run.open();
    if (refused !== undefined) return this.fail(refused);
    this.stage = Stage.Receiving;
    return undefined;
  }

  private onceMore(now: number): Reply {
    this.host.run.park(now);
    this.stage = Stage.Answered;
    const query = this.head.query.length > 0 ? `?${this.head.query}` : "";
    const text =
      "The equipment is safe now. Send the image once more within a minute (curl does so with -L).\n";
    return reply(307, plain, `Location: ${this.host.path}${query}\r\n`, text);
  }

  private goOn(): void {
    if (this.expects) this.send("HTTP/1.1 100 Continue\r\n\r\n");
    this.expects = false;
  }

  /** Bytes of the image. */
  data(bytes: string): void {
    if (!this.inFile) return;
    if (this.stage === Stage.Waiting) this.dropped += bytes.length;
    if (this.stage !== Stage.Receiving || this.failure !== undefined) return;
    this.written += bytes.length;
    if (this.written > this.size) {
      this.failure = fault(FaultNumber.Aborted, "no last boundary behind the file");
      return;
    }
    this.failure = this.host.run.write(this.host.chunk(bytes));
    this.status.progress(this.written, this.size);
  }

  private bodyEnds(now: number): Reply | undefined {
    if (this.stage === Stage.Waiting) return this.proceed(now);
    if (this.reader !== undefined) {
      if (!this.hasFile) return this.fail(fault(FaultNumber.NoData, ""));
      if (!this.reader.isAtEnd())
        return this.fail(fault(FaultNumber.Aborted, "the last boundary is missing"));
    }
    if (this.stage === Stage.Receiving) this.stage = Stage.Received;
    return undefined;
  }

  private conclude(now: number): Reply | undefined {
    let failed = this.host.run.verify();
    if (failed === undefined) failed = this.host.run.commit(now);
    if (failed !== undefined) return this.fail(failed);
    this.stage = Stage.Answered;
    this.committed = true;
    if (!this.host.restarts()) return reply(200, html, "", "Update Success!");
    const wait = '<META http-equiv="refresh" content="15;URL=/">';
    return reply(200, html, "", `${wait}Update Success! Rebooting...`);
  }

  /** Ends it. What somebody else's update does meanwhile is not touched. */
  private fail(why: Fault): Reply {
    if (this.stage === Stage.Waiting || this.stage === Stage.Receiving || this.stage === Stage.Received)
      this.host.run.fail(why);
    this.stage = Stage.Answered;
    this.failure = why;
    return faultReply(why, this.host.classicStatus);
  }
}
