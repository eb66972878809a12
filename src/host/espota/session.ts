import type { UploadEvent } from "../../events/upload-event.js";
import { describeRoute } from "../network.js";
import type { UploadPlan, UploadWork } from "../options.js";
import { Handshake } from "./handshake.js";
import type { Link, LinkEvents } from "./link.js";
import { Transfer } from "./transfer.js";
import { notNowAfter, retryAfter, UploadError } from "./upload-error.js";

/** Not emitted again for a board that is waited for. */
const repeated: readonly UploadEvent["event"][] = ["invited", "auth-asked"];

/** One upload over an open link: takes what the link reports, acts on the link, and ends once. */
export class UploadSession implements UploadWork, Omit<LinkEvents, "stranger"> {
  private state: "handshake" | "waiting" | "transfer" | "paused" | "ended" = "handshake";
  private waitUntil = 0;
  private retries = 0;
  private readonly patientUntil: number;
  /** The last "not now" of a board that is waited for; "" before that. */
  private notNow = "";
  private transfer: Transfer | undefined;
  private readonly handshake: Handshake;
  private cancelTimer: () => void = () => undefined;

  /**
   * Invites the board.
   * @param onEnd called once; with an error when it failed
   */
  constructor(
    readonly plan: UploadPlan,
    readonly link: Link,
    private readonly onEvent: (event: UploadEvent) => void,
    private readonly onEnd: (error?: unknown) => void,
  ) {
    this.patientUntil = plan.clock.now() + plan.patience;
    this.handshake = new Handshake(
      this,
      () => this.accepted(),
      (attempt) => void this.askPassword(attempt),
    );
    this.handshake.invite();
    this.setTimer();
  }

  datagram(text: string): void {
    if (this.state === "handshake" || this.state === "waiting") this.handshake.datagram(text);
    this.setTimer();
  }

  unreachable(reason: string): void {
    this.handshake.unreachable(reason);
  }

  passwordGiven(password: string | undefined): void {
    if (this.state === "handshake") this.handshake.passwordGiven(password);
    this.setTimer();
  }

  /** The invited board has connected; the link drops all others. */
  connected(address: string): void {
    const isAwaited = this.state === "handshake" || this.state === "waiting";
    if (!isAwaited || !this.handshake.takesConnection()) {
      if (isAwaited) this.emit({ event: "stranger", address });
      this.link.drop();
    } else if (!this.handshake.connectedEarly) this.begin();
    this.setTimer();
  }

  received(piece: string): void {
    this.transfer?.received(piece);
    this.setTimer();
  }

  flushed(bytes: number): void {
    this.transfer?.flushed(bytes);
    this.setTimer();
  }

  closed(reason: string | undefined): void {
    this.handshake.connectedEarly = false;
    this.transfer?.closed(reason);
    this.setTimer();
  }

  emit(event: UploadEvent): void {
    if (this.notNow === "" || !repeated.includes(event.event)) this.onEvent(event);
  }

  fail(error: UploadError): void {
    if (this.state === "ended") return;
    const wasConnected = this.transfer !== undefined;
    this.transfer = undefined;
    if (this.waitsFor(error)) return;
    const after = error.code === "AUTH_FAILED" ? undefined : retryAfter(error.answer);
    const patient = after !== undefined && after * 1000 <= this.plan.deadlines.longestRetry;
    if (!patient || this.retries >= this.plan.retries) {
      this.end(error);
      return;
    }
    this.retries++;
    this.pause(after);
    if (wasConnected) this.link.drop();
    this.emit({ event: "retry", after, reason: error.message, attempt: this.retries });
  }

  end(error?: unknown): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.transfer = undefined;
    this.cancelTimer();
    this.onEnd(error);
  }

  private setTimer(): void {
    const { clock } = this.plan;
    this.cancelTimer();
    const deadline = this.deadline();
    if (deadline === Number.POSITIVE_INFINITY) return;
    // A timer of Node may fire up to a millisecond early; then the same deadline is set again.
    this.cancelTimer = clock.after(Math.max(0, Math.ceil(deadline - clock.now())), () => this.tick());
  }

  private deadline(): number {
    if (this.state === "handshake") return this.handshake.deadline;
    if (this.state === "transfer") return this.transfer?.deadline ?? Number.POSITIVE_INFINITY;
    return this.state === "ended" ? Number.POSITIVE_INFINITY : this.waitUntil;
  }

  private tick(): void {
    if (this.plan.clock.now() >= this.deadline()) {
      if (this.state === "handshake") this.handshake.tick();
      else if (this.state === "transfer") this.transfer?.tick();
      else if (this.state === "waiting") this.fail(this.noConnectBack());
      else {
        this.state = "handshake";
        this.handshake.invite();
      }
    }
    this.setTimer();
  }

  private accepted(): void {
    this.state = "waiting";
    this.notNow = "";
    this.waitUntil = this.plan.clock.now() + this.plan.deadlines.connectBack;
    this.emit({ event: "waiting" });
    if (this.handshake.connectedEarly) this.begin();
  }

  private begin(): void {
    this.state = "transfer";
    this.emit({ event: "connected", address: this.link.address });
    this.transfer = new Transfer(this, () => this.end());
  }

  private async askPassword(attempt: number): Promise<void> {
    try {
      this.passwordGiven(await this.plan.askPassword?.(attempt));
    } catch (error) {
      this.end(error);
    }
  }

  /** @param seconds until the board is invited again */
  private pause(seconds: number): void {
    this.state = "paused";
    this.waitUntil = this.plan.clock.now() + seconds * 1000;
  }

  /** A board that is waited for is reported once, until it gives another reason. */
  private waitsFor(error: UploadError): boolean {
    const left = (this.patientUntil - this.plan.clock.now()) / 1000;
    const after = notNowAfter(error, this.notNow !== "", left);
    if (after === undefined) return false;
    this.pause(after);
    if (error.code !== this.notNow && error.answer !== "") {
      const { code, message: reason } = error;
      this.emit({ event: "not-now", code, reason, after, left: Math.round(left) });
      this.notNow = code;
    }
    return true;
  }

  private noConnectBack(): UploadError {
    const { address, hostAddress, hostPort } = this.link;
    const seconds = Math.round(this.plan.deadlines.connectBack / 1000);
    const where = `${describeRoute(hostAddress, address)}, TCP port ${hostPort},`;
    const text = `The board said yes but did not connect to ${where} within ${seconds} s.`;
    return new UploadError("connection", "NO_CONNECT_BACK", text);
  }
}
