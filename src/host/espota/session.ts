import type { UploadEvent } from "../../events/upload-event.js";
import type { Deadlines } from "./deadlines.js";
import { Handshake, type HandshakePlan } from "./handshake.js";
import { notNowAfter } from "./not-now.js";
import { Transfer } from "./transfer.js";
import { UploadError } from "./upload-error.js";
import { retryAfter } from "./wire.js";

/** What the session wants done next; whoever runs it does this in order. */
export type Action =
  | { readonly do: "send"; readonly datagram: string }
  | { readonly do: "ask-password"; readonly attempt: number }
  /** Bytes of the image, for the connection. */
  | { readonly do: "write"; readonly from: number; readonly to: number }
  | { readonly do: "drop-connection" }
  | { readonly do: "emit"; readonly event: UploadEvent }
  | { readonly do: "succeed" }
  | { readonly do: "fail"; readonly error: UploadError };

export interface SessionPlan extends Omit<HandshakePlan, "deadlines"> {
  readonly size: number;
  readonly chunk: number;
  /** How often "try again in N s" is obeyed. */
  readonly retries: number;
  /** ms that a board is waited for which takes no updates now: its window opens, or somebody arms it. */
  readonly patience: number;
  /** Where the board was told to connect, as the user should read it when it does not. */
  readonly connectBack: () => string;
  readonly deadlines: Deadlines;
}

/** What every asking of a board that is waited for would tell again. */
const repeated: readonly UploadEvent["event"][] = ["invited", "auth-asked"];

/**
 * One upload, without I/O: feed it what happens together with the time (ms, any epoch), do what it answers, and call
 * `tick` at `deadline`. After `succeed` or `fail` it answers nothing any more.
 */
export class UploadSession {
  private out: Action[] = [];
  private state: "handshake" | "waiting" | "transfer" | "paused" | "ended" = "handshake";
  private waitUntil = 0;
  private retries = 0;
  private patientUntil = 0;
  /** What a board that is waited for said last; "" before it said "not now". */
  private notNow = "";
  private transfer: Transfer | undefined;
  private readonly handshake: Handshake;
  private readonly plan: SessionPlan;

  constructor(plan: SessionPlan) {
    this.plan = plan;
    this.handshake = new Handshake(plan, {
      send: (datagram) => this.out.push({ do: "send", datagram }),
      ask: (attempt) => this.out.push({ do: "ask-password", attempt }),
      emit: (event) => this.emit(event),
      accepted: (now) => this.accepted(now),
      fail: (error, now) => this.fail(error, now),
    });
  }

  get deadline(): number {
    if (this.state === "handshake") return this.handshake.deadline;
    if (this.state === "transfer") return this.transfer?.deadline ?? Number.POSITIVE_INFINITY;
    return this.state === "ended" ? Number.POSITIVE_INFINITY : this.waitUntil;
  }

  start(now: number): Action[] {
    this.patientUntil = now + this.plan.patience;
    this.handshake.invite(now);
    return this.answer();
  }

  datagram(text: string, now: number): Action[] {
    if (this.state === "handshake" || this.state === "waiting") this.handshake.datagram(text, now);
    return this.answer();
  }

  unreachable(reason: string): Action[] {
    this.handshake.unreachable(reason);
    return [];
  }

  passwordGiven(password: string | undefined, now: number): Action[] {
    if (this.state === "handshake") this.handshake.passwordGiven(password, now);
    return this.answer();
  }

  /** The invited board has connected; anybody else is the caller's to drop. */
  connected(address: string, now: number): Action[] {
    const waiting = this.state === "handshake" || this.state === "waiting";
    if (waiting && this.handshake.takesConnection()) {
      this.handshake.connected(now);
      this.state = "transfer";
      this.emit({ event: "connected", address });
      this.transfer = this.begin(now);
    } else this.out.push({ do: "drop-connection" });
    return this.answer();
  }

  received(piece: string, now: number): Action[] {
    if (this.state === "transfer") this.transfer?.received(piece, now);
    return this.answer();
  }

  flushed(bytes: number, now: number): Action[] {
    if (this.state === "transfer") this.transfer?.flushed(bytes, now);
    return this.answer();
  }

  closed(reason: string | undefined, now: number): Action[] {
    if (this.state === "transfer") this.transfer?.closed(reason, now);
    return this.answer();
  }

  tick(now: number): Action[] {
    if (now >= this.deadline) {
      if (this.state === "handshake") this.handshake.tick(now);
      else if (this.state === "transfer") this.transfer?.tick(now);
      else if (this.state === "waiting") this.fail(this.noConnectBack(), now);
      else this.resume(now);
    }
    return this.answer();
  }

  private begin(now: number): Transfer {
    const sink = {
      write: (from: number, to: number) => this.out.push({ do: "write", from, to }),
      emit: (event: UploadEvent) => this.emit(event),
      succeed: () => this.end({ do: "succeed" }),
      fail: (error: UploadError, at: number) => this.fail(error, at),
    };
    return new Transfer(this.plan, sink, now);
  }

  private accepted(now: number): void {
    this.state = "waiting";
    this.notNow = "";
    this.waitUntil = now + this.plan.deadlines.connectBack;
    this.emit({ event: "waiting" });
  }

  private fail(error: UploadError, now: number): void {
    if (this.waitsFor(error, now)) return;
    const after = error.code === "AUTH_FAILED" ? undefined : retryAfter(error.answer);
    const patient = after !== undefined && after * 1000 <= this.plan.deadlines.longestRetry;
    if (!patient || this.retries >= this.plan.retries) {
      this.end({ do: "fail", error });
      return;
    }
    this.retries++;
    this.state = "paused";
    this.waitUntil = now + after * 1000;
    if (this.transfer) this.out.push({ do: "drop-connection" });
    this.transfer = undefined;
    this.emit({ event: "retry", after, reason: error.message, attempt: this.retries });
  }

  /** A board that is asked again and again is told of once, until it gives another reason. */
  private waitsFor(error: UploadError, now: number): boolean {
    const after = notNowAfter(error, this.notNow !== "", (this.patientUntil - now) / 1000);
    if (after === undefined) return false;
    this.state = "paused";
    this.waitUntil = now + after * 1000;
    if (error.code !== this.notNow && error.answer !== "") {
      const left = Math.round((this.patientUntil - now) / 1000);
      this.emit({ event: "not-now", code: error.code, reason: error.message, after, left });
      this.notNow = error.code;
    }
    return true;
  }

  private resume(now: number): void {
    this.state = "handshake";
    this.handshake.invite(now);
  }

  private end(action: Action): void {
    this.state = "ended";
    this.out.push(action);
  }

  private emit(event: UploadEvent): void {
    if (this.notNow !== "" && repeated.includes(event.event)) return;
    this.out.push({ do: "emit", event });
  }

  private answer(): Action[] {
    const out = this.out;
    this.out = [];
    return out;
  }

  private noConnectBack(): UploadError {
    const seconds = Math.round(this.plan.deadlines.connectBack / 1000);
    const text = `The board said yes but did not connect to ${this.plan.connectBack()} within ${seconds} s.`;
    return new UploadError("connection", "NO_CONNECT_BACK", text);
  }
}
