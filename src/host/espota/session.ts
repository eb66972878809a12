import type { UploadEvent } from "../../events/upload-event.js";
import type { UploadPlan } from "../options.js";
import { Handshake, type HandshakeAction } from "./handshake.js";
import type { LinkEnds } from "./link.js";
import { Transfer, type TransferAction } from "./transfer.js";
import { notNowAfter, retryAfter, UploadError } from "./upload-error.js";

/** What the session wants done next; whoever runs it does this in order. */
export type UploadAction =
  | Exclude<HandshakeAction, { readonly do: "accepted" }>
  | TransferAction
  | { readonly do: "drop-connection" };

/** Not emitted again for a board that is waited for. */
const repeated: readonly UploadEvent["event"][] = ["invited", "auth-asked"];

/**
 * One upload, without I/O: pass it what happens together with the time (ms, any epoch), perform the actions that it
 * returns, and call `tick` at `deadline`. After `succeed` or `fail` it returns no more actions.
 */
export class UploadSession {
  private out: UploadAction[] = [];
  private state: "handshake" | "waiting" | "transfer" | "paused" | "ended" = "handshake";
  private now = 0;
  private waitUntil = 0;
  private retries = 0;
  private patientUntil = 0;
  /** The last "not now" of a board that is waited for; "" before that. */
  private notNow = "";
  private transfer: Transfer | undefined;
  private readonly handshake: Handshake;

  /** @param route how to describe this computer's address when the board does not connect to it */
  constructor(
    private readonly plan: UploadPlan,
    private readonly ends: LinkEnds,
    private readonly route: string,
  ) {
    this.handshake = new Handshake(plan, ends, (action) => this.take(action));
  }

  get deadline(): number {
    if (this.state === "handshake") return this.handshake.deadline;
    if (this.state === "transfer") return this.transfer?.deadline ?? Number.POSITIVE_INFINITY;
    return this.state === "ended" ? Number.POSITIVE_INFINITY : this.waitUntil;
  }

  start(now: number): UploadAction[] {
    this.patientUntil = now + this.plan.patience;
    return this.at(now, () => this.handshake.invite(now));
  }

  datagram(text: string, now: number): UploadAction[] {
    return this.at(now, () => {
      if (this.state === "handshake" || this.state === "waiting") this.handshake.datagram(text, now);
    });
  }

  unreachable(reason: string): void {
    this.handshake.unreachable(reason);
  }

  passwordGiven(password: string | undefined, now: number): UploadAction[] {
    return this.at(now, () => {
      if (this.state === "handshake") this.handshake.passwordGiven(password, now);
    });
  }

  /** The invited board has connected; the caller drops anybody else. */
  connected(address: string, now: number): UploadAction[] {
    return this.at(now, () => {
      const waiting = this.state === "handshake" || this.state === "waiting";
      if (waiting && this.handshake.takesConnection()) {
        this.handshake.connected();
        this.state = "transfer";
        this.emit({ event: "connected", address });
        this.transfer = new Transfer(this.plan, (action) => this.take(action), now);
      } else this.out.push({ do: "drop-connection" });
    });
  }

  received(piece: string, now: number): UploadAction[] {
    return this.at(now, () => this.transfer?.received(piece, now));
  }

  flushed(bytes: number, now: number): UploadAction[] {
    return this.at(now, () => this.transfer?.flushed(bytes, now));
  }

  closed(reason: string | undefined, now: number): UploadAction[] {
    return this.at(now, () => this.transfer?.closed(reason));
  }

  tick(now: number): UploadAction[] {
    return this.at(now, () => {
      if (now < this.deadline) return;
      if (this.state === "handshake") this.handshake.tick(now);
      else if (this.state === "transfer") this.transfer?.tick(now);
      else if (this.state === "waiting") this.fail(this.noConnectBack());
      else {
        this.state = "handshake";
        this.handshake.invite(now);
      }
    });
  }

  private at(now: number, step: () => void): UploadAction[] {
    this.now = now;
    step();
    const out = this.out;
    this.out = [];
    return out;
  }

  private take(action: HandshakeAction | TransferAction): void {
    if (action.do === "accepted") this.accepted();
    else if (action.do === "emit") this.emit(action.event);
    else if (action.do === "fail") this.fail(action.error);
    else if (action.do === "succeed") this.end(action);
    else this.out.push(action);
  }

  private accepted(): void {
    this.state = "waiting";
    this.notNow = "";
    this.waitUntil = this.now + this.plan.deadlines.connectBack;
    this.emit({ event: "waiting" });
  }

  private fail(error: UploadError): void {
    const wasConnected = this.transfer !== undefined;
    this.transfer = undefined;
    if (this.waitsFor(error)) return;
    const after = error.code === "AUTH_FAILED" ? undefined : retryAfter(error.answer);
    const patient = after !== undefined && after * 1000 <= this.plan.deadlines.longestRetry;
    if (!patient || this.retries >= this.plan.retries) {
      this.end({ do: "fail", error });
      return;
    }
    this.retries++;
    this.state = "paused";
    this.waitUntil = this.now + after * 1000;
    if (wasConnected) this.out.push({ do: "drop-connection" });
    this.emit({ event: "retry", after, reason: error.message, attempt: this.retries });
  }

  /** A board that is waited for is reported once, until it gives another reason. */
  private waitsFor(error: UploadError): boolean {
    const left = (this.patientUntil - this.now) / 1000;
    const after = notNowAfter(error, this.notNow !== "", left);
    if (after === undefined) return false;
    this.state = "paused";
    this.waitUntil = this.now + after * 1000;
    if (error.code !== this.notNow && error.answer !== "") {
      const { code, message: reason } = error;
      this.emit({ event: "not-now", code, reason, after, left: Math.round(left) });
      this.notNow = code;
    }
    return true;
  }

  private end(action: UploadAction): void {
    this.state = "ended";
    this.transfer = undefined;
    this.out.push(action);
  }

  private emit(event: UploadEvent): void {
    if (this.notNow !== "" && repeated.includes(event.event)) return;
    this.out.push({ do: "emit", event });
  }

  private noConnectBack(): UploadError {
    const seconds = Math.round(this.plan.deadlines.connectBack / 1000);
    const where = `${this.route}, TCP port ${this.ends.hostPort},`;
    const text = `The board said yes but did not connect to ${where} within ${seconds} s.`;
    return new UploadError("connection", "NO_CONNECT_BACK", text);
  }
}
