import type { UploadEvent } from "../../events/upload-event.js";
import type { UploadPlan } from "../options.js";
import { AckCounter, ReplyReader } from "./reply.js";
import { boardFault, UploadError } from "./upload-error.js";

export type TransferAction =
  /** Write bytes `from`..`to` of the image to the connection, and report them with `flushed`. */
  | { readonly do: "write"; readonly from: number; readonly to: number }
  | { readonly do: "emit"; readonly event: UploadEvent }
  | { readonly do: "succeed" }
  | { readonly do: "fail"; readonly error: UploadError };

/**
 * Bytes that may be under way. A board on lwIP takes in 5744 or fewer before it has read some, and TCP sees to that; more
 * is for those that take more, where each round trip counts.
 */
const window = 32_768;

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
  private answered = false;
  private quietSince: number;
  private writtenAt: number;
  private readonly startedAt: number;
  private readonly acks = new AckCounter();
  private readonly reader = new ReplyReader();
  private readonly size: number;

  constructor(
    private readonly plan: UploadPlan,
    private readonly act: (action: TransferAction) => void,
    now: number,
  ) {
    this.size = plan.image.length;
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
      this.answered = true;
      this.acks.segment(digits, this.sent);
      this.progress();
    }
    // Every byte is acknowledged at most once, in at most eight digits; a board that goes on for ever must not hold us.
    if (this.reader.digits > 8 * this.size + 1024) this.fail("BAD_ANSWER", "sends digits without end");
    else if (!this.judge()) this.pump(now);
  }

  /** The socket has passed `bytes` on. */
  flushed(bytes: number, now: number): void {
    this.unflushed -= bytes;
    if (!this.acknowledging()) this.quietSince = now;
    this.pump(now);
  }

  /** The connection is gone; `reason` is the system's word, or undefined when the board closed in order. */
  closed(reason: string | undefined): void {
    this.reader.end();
    if (this.judge()) return;
    const how = reason === undefined ? "closed the connection" : `lost the connection (${reason})`;
    this.fail(this.owes() ? "CONNECTION_LOST" : "NO_RESULT", how);
  }

  tick(now: number): void {
    if (now < this.deadline) return;
    if (this.reader.midText) {
      this.reader.end();
      this.judge();
    } else if (now - this.quietSince < this.patience()) this.pump(now);
    else if (this.owes()) this.fail("PEER_SILENT", "stopped acknowledging");
    else this.fail("NO_RESULT", "never said how it ended");
  }

  /** True when the board has spoken and the transfer is over. */
  private judge(): boolean {
    const { result } = this.reader;
    if (!result) return false;
    if (!result.ok) this.act({ do: "fail", error: boardFault(this.stage(), result.text) });
    else if (this.sent < this.size) this.fail("BAD_ANSWER", "said OK");
    else this.act({ do: "succeed" });
    return true;
  }

  private pump(now: number): void {
    while (this.sent < this.size && this.mayWrite(now)) this.writeChunk(now);
    this.deadline = this.nextDeadline();
  }

  private writeChunk(now: number): void {
    const from = this.sent;
    this.sent = Math.min(from + this.plan.chunk, this.size);
    this.unflushed += this.sent - from;
    this.answered = false;
    this.writtenAt = now;
    this.act({ do: "write", from, to: this.sent });
    this.progress();
    if (this.sent < this.size) return;
    this.quietSince = now;
    this.act({ do: "emit", event: { event: "sent", total: this.size } });
  }

  private mayWrite(now: number): boolean {
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
    this.act({ do: "emit", event: { event: "progress", sent, acknowledged, total } });
  }

  private stage(): "upload" | "result" {
    return this.owes() ? "upload" : "result";
  }

  private fail(code: string, how: string): void {
    const text = `The board ${how} after ${this.sent} of ${this.size} bytes.`;
    this.act({ do: "fail", error: new UploadError(this.stage(), code, text) });
  }
}
