import { errorText, SafeState, SafeStatus, type SafeStep } from "../../core/update/safe-state.js";
import {
  type GatewayMessage,
  holdMs,
  nameLength,
  type Prepare,
  type ProgramMessage,
  plainText,
  reasonLength,
  whyLength,
} from "../messages.js";

/** What an application gives to `ota.begin`. */
export interface OtaOptions {
  /** In this order, each verified before the next begins. */
  readonly safeState?: SafeStep[];
  /** `true` when the application is well, otherwise what is missing. Without it, running is enough. */
  readonly healthy?: () => true | string;
  /** The equipment is safe, the transfer may begin. The program's end is not announced: DeviceScript just stops it. */
  readonly onStart?: () => void;
  /** Once for each update that was refused or did not come, with the reason. */
  readonly onError?: (reason: string) => void;
}

export interface Identity {
  readonly app: string;
  readonly version: string;
  readonly boots: number;
}

/** At most this often a gateway gets the progress of closing, ms. */
const closingEveryMs = 1000;

/**
 * The program's side of an update: the gateway's messages go in, the answers come out, and the core's safe state decides.
 * No I/O; time is ms.
 */
export class ProgramAgent {
  private readonly safe: SafeState = new SafeState();
  /** What is wrong with the application's options; "" when nothing is. */
  private readonly fault: string;
  private outbox: ProgramMessage[] = [];
  /** The try under way; "" for none. */
  private id = "";
  private answerBy = 0;
  private holdUntil = 0;
  private readySent = false;
  private closingSentAt = 0;
  private sentWhy = "";

  /**
   * @param pins that the manifest names safe: an application with such pins needs safeState steps
   * @param note takes a line for the log
   */
  constructor(
    private readonly identity: Identity,
    private readonly options: OtaOptions,
    pins: number[],
    private readonly note: (text: string) => void,
  ) {
    if (options.safeState !== undefined) this.safe.steps = options.safeState;
    this.fault =
      this.safe.steps.length === 0 && pins.length > 0 ? "safe pins are named, but no safeState steps" : "";
  }

  /** True from the first step of a safe state until the application goes on. */
  busy(): boolean {
    return this.safe.status !== SafeStatus.Free;
  }

  receive(message: GatewayMessage, now: number): void {
    if (message.do === "report") this.hello(now);
    else if (message.do === "prepare") this.prepare(message, now);
    else if (message.id === this.id || !this.busy()) this.release(message.id, "");
  }

  /** The gateway is connected (again): it gets the hello, and the state of a try under way. */
  connected(now: number): void {
    this.hello(now);
    this.readySent = false;
    this.closingSentAt = 0;
  }

  tick(now: number): void {
    if (this.busy()) this.follow(now);
    const why = this.why();
    if (why !== this.sentWhy) this.hello(now);
  }

  /** The messages to send now, oldest first; each is returned once. */
  take(): ProgramMessage[] {
    const messages = this.outbox;
    this.outbox = [];
    return messages;
  }

  private prepare(message: Prepare, now: number): void {
    const fresh = !this.busy();
    this.id = message.id;
    this.answerBy = now + message.waitMs;
    this.holdUntil = this.answerBy + holdMs;
    this.readySent = false;
    this.closingSentAt = 0;
    if (fresh) {
      this.note(`update of ${message.bytes} bytes from ${message.from}: going to safe state`);
      this.safe.start(now);
    }
    this.follow(now);
  }

  private follow(now: number): void {
    const status = this.safe.poll(now);
    if (status === SafeStatus.Failed) {
      this.refuse(this.safe.text, 0);
      // The steps have resumed already; this resets the state.
      this.safe.leave();
      this.id = "";
    } else if (now >= this.holdUntil) this.release(this.id, "no update came");
    else if (status === SafeStatus.Safe) this.followSafe(now);
    else this.followClosing(now);
  }

  private followSafe(now: number): void {
    if (this.readySent || this.id === "") return;
    this.readySent = true;
    this.holdUntil = now + holdMs;
    this.notify(this.options.onStart);
    this.outbox.push({ say: "ready", id: this.id });
  }

  /** When the gateway's patience ends before the valves are closed, they go on closing, and the next try finds them closed. */
  private followClosing(now: number): void {
    if (this.id === "") return;
    const waitMs = this.safe.remainingMs(now);
    if (now >= this.answerBy) {
      this.refuse(this.safe.text, waitMs + 1000);
      this.id = "";
      return;
    }
    if (this.closingSentAt > 0 && now - this.closingSentAt < closingEveryMs) return;
    this.closingSentAt = now;
    const reason = plainText(this.safe.text, reasonLength);
    this.outbox.push({ say: "closing", id: this.id, reason: reason, waitMs: waitMs });
  }

  private refuse(reason: string, retryMs: number): void {
    this.note(`update refused: ${reason}`);
    if (this.id !== "")
      this.outbox.push({
        say: "refused",
        id: this.id,
        reason: plainText(reason, reasonLength),
        retryMs: retryMs,
      });
    this.report(reason);
  }

  private release(id: string, why: string): void {
    this.safe.leave();
    this.id = "";
    if (id !== "") this.outbox.push({ say: "released", id: id });
    if (why !== "") this.report(why);
  }

  private report(reason: string): void {
    const onError = this.options.onError;
    if (onError !== undefined) this.notify(() => onError(reason));
  }

  /** An application's callback that throws must not end the update. */
  private notify(callback: (() => void) | undefined): void {
    if (callback === undefined) return;
    try {
      callback();
    } catch (error) {
      this.note(`callback: ${errorText(error)}`);
    }
  }

  /** What is not well; "" when all is. */
  private why(): string {
    let why = this.fault;
    if (why === "" && this.options.healthy !== undefined) {
      try {
        const answer = this.options.healthy();
        if (answer !== true) why = typeof answer === "string" && answer !== "" ? answer : "not well";
      } catch (error) {
        why = errorText(error);
      }
    }
    return plainText(why, whyLength);
  }

  private hello(now: number): void {
    const why = this.why();
    this.sentWhy = why;
    this.outbox.push({
      say: "hello",
      app: plainText(this.identity.app, nameLength),
      version: plainText(this.identity.version, nameLength),
      healthy: why === "",
      why: why,
      boots: this.identity.boots,
      upMs: Math.floor(now),
    });
  }
}
