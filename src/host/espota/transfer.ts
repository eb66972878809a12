import type { UploadPlan, UploadWork } from "../options.js";
import { AckCounter, ReplyReader } from "./reply.js";
import { boardFault, UploadError } from "./upload-error.js";

/**
 * Bytes that may be under way. A board on lwIP takes in 5744 or fewer before it has read some, and TCP sees to that; more
 * is for those that take more, where each round trip counts.
 */
const window = 32_768;

/**
 * From the board's connection to its OK. The flow follows the acknowledgements, so that progress means
 * what the board has and not what the kernel took; but no board is required to send any.
 */
export class Transfer {
  /** When `tick` wants to be called, ms. */
  deadline = 0;
  private sent = 0;
  /** Bytes that the socket has not passed on yet. */
  private unflushed = 0;
  /** Digits have come since the last chunk was written. */
  private answered = false;
  private quietSince: number;
  private writtenAt: number;
  private readonly startedAt: number;
  private readonly acks = new AckCounter();
  private readonly reader = new ReplyReader();
  private readonly size: number;

  private readonly plan: UploadPlan;

  /** @param succeed the board has the image and answered OK */
  constructor(
    private readonly work: UploadWork,
    private readonly succeed: () => void,
  ) {
    this.plan = work.plan;
    this.size = work.plan.image.length;
    this.startedAt = work.plan.clock.now();
    this.quietSince = this.startedAt;
    this.writtenAt = this.startedAt;
    this.progress();
    this.pump();
  }

  /** What the board sent, one char a byte. */
  received(piece: string): void {
    this.quietSince = this.plan.clock.now();
    const digits = this.reader.feed(piece);
    if (digits !== "") {
      this.answered = true;
      this.acks.segment(digits, this.sent);
      this.progress();
    }
    // Every byte is acknowledged at most once, in at most eight digits; a board that goes on for ever must not keep the upload.
    if (this.reader.digits > 8 * this.size + 1024) this.fail("BAD_ANSWER", "sends digits without end");
    else if (!this.judge()) this.pump();
  }

  /** The socket has passed `bytes` on. */
  flushed(bytes: number): void {
    this.unflushed -= bytes;
    if (!this.acknowledging()) this.quietSince = this.plan.clock.now();
    this.pump();
  }

  /** The connection is gone; `reason` is the system's error, or undefined when the board closed in order. */
  closed(reason: string | undefined): void {
    this.reader.end();
    if (this.judge()) return;
    const how = reason === undefined ? "closed the connection" : `lost the connection (${reason})`;
    this.fail(this.owes() ? "CONNECTION_LOST" : "NO_RESULT", how);
  }

  tick(): void {
    const now = this.plan.clock.now();
    if (now < this.deadline) return;
    if (this.reader.midText) {
      this.reader.end();
      this.judge();
    } else if (now - this.quietSince < this.patience()) this.pump();
    else if (this.owes()) this.fail("PEER_SILENT", "stopped acknowledging");
    else this.fail("NO_RESULT", "never said how it ended");
  }

  /** True when the board has sent its result and the transfer is over. */
  private judge(): boolean {
    const { result } = this.reader;
    if (!result) return false;
    if (!result.ok) this.work.fail(boardFault(this.stage(), result.text));
    else if (this.sent < this.size) this.fail("BAD_ANSWER", "said OK");
    else this.succeed();
    return true;
  }

  private pump(): void {
    while (this.sent < this.size && this.mayWrite()) this.writeChunk();
    this.deadline = this.nextDeadline();
  }

  private writeChunk(): void {
    const from = this.sent;
    this.sent = Math.min(from + this.plan.chunk, this.size);
    this.unflushed += this.sent - from;
    this.answered = false;
    this.writtenAt = this.plan.clock.now();
    this.work.link.write(this.plan.image.subarray(from, this.sent));
    this.progress();
    if (this.sent < this.size) return;
    this.quietSince = this.plan.clock.now();
    this.work.emit({ event: "sent", total: this.size });
  }

  private mayWrite(): boolean {
    const now = this.plan.clock.now();
    if (this.unflushed >= window || this.reader.midText) return false;
    const unacknowledged = this.sent - this.acks.acknowledged;
    if (unacknowledged === 0 || unacknowledged + this.plan.chunk <= window) return true;
    if (!this.acknowledging()) return now - this.startedAt >= this.plan.deadlines.firstAck;
    return this.answered && now - this.writtenAt >= this.plan.deadlines.ackPatience;
  }

  private acknowledging(): boolean {
    return this.reader.digits > 0;
  }

  /** Whether an acknowledgement has to come, rather than the result. */
  private owes(): boolean {
    const { size } = this;
    const { deadlines } = this.plan;
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
    if (this.sent === this.size || this.unflushed >= window) return silence;
    if (!this.acknowledging()) return Math.min(silence, this.startedAt + firstAck);
    return this.answered ? Math.min(silence, this.writtenAt + ackPatience) : silence;
  }

  private progress(): void {
    const { sent, size: total } = this;
    const { acknowledged } = this.acks;
    this.work.emit({ event: "progress", sent, acknowledged, total });
  }

  private stage(): "upload" | "result" {
    return this.owes() ? "upload" : "result";
  }

  private fail(code: string, how: string): void {
    const text = `The board ${how} after ${this.sent} of ${this.size} bytes.`;
    this.work.fail(new UploadError(this.stage(), code, text));
  }
}
