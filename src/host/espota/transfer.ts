import type { UploadEvent } from "../../events/upload-event.js";
import { AckCounter } from "./ack-counter.js";
import { boardFault } from "./board-fault.js";
import type { Deadlines } from "./deadlines.js";
import { ReplyReader } from "./reply.js";
import { UploadError } from "./upload-error.js";

export interface TransferPlan {
  /** Bytes of the image. */
  readonly size: number;
  /** Bytes written at a time. */
  readonly chunk: number;
  readonly deadlines: Deadlines;
}

/** What the transfer wants done. */
export interface TransferSink {
  /** Write bytes `from`..`to` of the image to the connection, and report them with `flushed`. */
  readonly write: (from: number, to: number) => void;
  readonly emit: (event: UploadEvent) => void;
  readonly succeed: (now: number) => void;
  readonly fail: (error: UploadError, now: number) => void;
}

/**
 * Bytes that may be under way. A board on lwIP takes in 5744 or fewer before it has read some, and TCP sees to that; more
 * is for those that take more, where each round trip counts.
 */
const WINDOW = 32_768;

/**
 * From the board's connection to its OK, without I/O. The flow follows the acknowledgements, so that progress means
 * what the board has and not what the kernel took; but no board is required to send any.
 */
export class Transfer {
  /** When `tick` wants to be called, ms. */
  deadline = 0;
  private sent = 0;
  /** Bytes that the socket has not passed on yet. */
  private unflushed = 0;
  /** Digits have come since the last chunk was written. */
  private heard = false;
  private quietSince: number;
  private writtenAt: number;
  private readonly startedAt: number;
  private readonly acks = new AckCounter();
  private readonly reader = new ReplyReader();
  private readonly plan: TransferPlan;
  private readonly sink: TransferSink;

  constructor(plan: TransferPlan, sink: TransferSink, now: number) {
    this.plan = plan;
    this.sink = sink;
    this.startedAt = now;
    this.quietSince = now;
    this.writtenAt = now;
    this.progress();
    this.pump(now);
  }

  /** What the board sent, one char a byte. */
  received(piece: string, now: number): void {
    this.quietSince = now;
    const digits = this.reader.feed(piece);
    if (digits !== "") {
      this.heard = true;
      this.acks.segment(digits, this.sent);
      this.progress();
    }
    // Every byte is acknowledged at most once, in at most eight digits; a board that goes on for ever must not hold us.
    if (this.reader.digits > 8 * this.plan.size + 1024)
      this.fail("BAD_ANSWER", "sends digits without end", now);
    else if (!this.judge(now)) this.pump(now);
  }

  /** The socket has passed `bytes` on. */
  flushed(bytes: number, now: number): void {
    this.unflushed -= bytes;
    if (!this.acknowledging()) this.quietSince = now;
    this.pump(now);
  }

  /** The connection is gone; `reason` is the system's word, or undefined when the board closed in order. */
  closed(reason: string | undefined, now: number): void {
    this.reader.end();
    if (this.judge(now)) return;
    const how = reason === undefined ? "closed the connection" : `lost the connection (${reason})`;
    this.fail(this.owes() ? "CONNECTION_LOST" : "NO_RESULT", how, now);
  }

  tick(now: number): void {
    if (now < this.deadline) return;
    if (this.reader.midText) {
      this.reader.end();
      this.judge(now);
    } else if (now - this.quietSince < this.patience()) this.pump(now);
    else if (this.owes()) this.fail("PEER_SILENT", "stopped acknowledging", now);
    else this.fail("NO_RESULT", "never said how it ended", now);
  }

  /** True when the board has spoken and the transfer is over. */
  private judge(now: number): boolean {
    const verdict = this.reader.verdict;
    if (!verdict) return false;
    if (!verdict.ok) this.sink.fail(boardFault(this.stage(), verdict.text), now);
    else if (this.sent < this.plan.size) this.fail("BAD_ANSWER", "said OK", now);
    else this.sink.succeed(now);
    return true;
  }

  private pump(now: number): void {
    while (this.sent < this.plan.size && this.mayWrite(now)) this.writeChunk(now);
    this.deadline = this.nextDeadline();
  }

  private writeChunk(now: number): void {
    const from = this.sent;
    this.sent = Math.min(from + this.plan.chunk, this.plan.size);
    this.unflushed += this.sent - from;
    this.heard = false;
    this.writtenAt = now;
    this.sink.write(from, this.sent);
    this.progress();
    if (this.sent < this.plan.size) return;
    this.quietSince = now;
    this.sink.emit({ event: "sent", total: this.plan.size });
  }

  private mayWrite(now: number): boolean {
    if (this.unflushed >= WINDOW || this.reader.midText) return false;
    const unacknowledged = this.sent - this.acks.acknowledged;
    if (unacknowledged === 0 || unacknowledged + this.plan.chunk <= WINDOW) return true;
    if (!this.acknowledging()) return now - this.startedAt >= this.plan.deadlines.firstAck;
    return this.heard && now - this.writtenAt >= this.plan.deadlines.ackPatience;
  }

  private acknowledging(): boolean {
    return this.reader.digits > 0;
  }

  /** Whether an acknowledgement has to come, rather than the result. */
  private owes(): boolean {
    const { size, deadlines } = this.plan;
    const acknowledges = this.acknowledging() || deadlines.firstAck >= deadlines.ack;
    return this.sent < size || (acknowledges && this.acks.acknowledged < size);
  }

  private patience(): number {
    return this.owes() ? this.plan.deadlines.ack : this.plan.deadlines.result;
  }

  private nextDeadline(): number {
    const { errorText, firstAck, ackPatience } = this.plan.deadlines;
    if (this.reader.midText) return this.quietSince + errorText;
    const silence = this.quietSince + this.patience();
    if (this.sent === this.plan.size || this.unflushed >= WINDOW) return silence;
    if (!this.acknowledging()) return Math.min(silence, this.startedAt + firstAck);
    return this.heard ? Math.min(silence, this.writtenAt + ackPatience) : silence;
  }

  private progress(): void {
    const { sent, acks, plan } = this;
    this.sink.emit({ event: "progress", sent, acknowledged: acks.acknowledged, total: plan.size });
  }

  private stage(): "upload" | "result" {
    return this.owes() ? "upload" : "result";
  }

  private fail(code: string, how: string, now: number): void {
    const text = `The board ${how} after ${this.sent} of ${this.plan.size} bytes.`;
    this.sink.fail(new UploadError(this.stage(), code, text), now);
  }
}
