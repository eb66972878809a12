import type { UploadEvent } from "../../src/events/upload-event.js";
import { type UploadAction, UploadSession } from "../../src/host/espota/session.js";
import type { UploadError } from "../../src/host/espota/upload-error.js";
import { defaultOptions, type UploadPlan } from "../../src/host/options.js";

const md5 = "2c6b96b5e58797d34daa515429a5a245";
export const invitation = `0 45002 10000 ${md5}\ngap=0\n`;
const ends = { address: "10.0.0.7", hostAddress: "10.0.0.2", hostPort: 45002 };

/** A session under the test's own clock: steps it and keeps what it wanted done. */
export class SessionSteps {
  now = 0;
  readonly sent: string[] = [];
  readonly events: UploadEvent[] = [];
  readonly asked: number[] = [];
  /** Bytes of the image that were to be written. */
  written = 0;
  drops = 0;
  error: UploadError | undefined;
  succeeded = false;
  readonly session: UploadSession;

  constructor(options: Partial<UploadPlan> = {}) {
    const plan: UploadPlan = {
      ...defaultOptions,
      image: new Uint8Array(10_000),
      md5,
      to: { host: "10.0.0.7", port: 3232 },
      random: (bytes) => "c".repeat(2 * bytes),
      ...options,
    };
    this.session = new UploadSession(plan, ends, ends.hostAddress);
    this.take(this.session.start(0));
  }

  get ended(): boolean {
    return this.succeeded || this.error !== undefined;
  }

  datagram(text: string): void {
    this.take(this.session.datagram(text, this.now));
  }

  password(text: string | undefined): void {
    this.take(this.session.passwordGiven(text, this.now));
  }

  connect(): void {
    this.take(this.session.connected("10.0.0.7", this.now));
  }

  receive(text: string): void {
    this.take(this.session.received(text, this.now));
  }

  close(reason?: string): void {
    this.take(this.session.closed(reason, this.now));
  }

  /** Lets time pass, deadline by deadline. */
  pass(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (let turn = 0; this.session.deadline <= until; turn++) {
      if (turn > 10_000) throw new Error("the session's deadline does not move on");
      this.now = Math.max(this.now, this.session.deadline);
      this.take(this.session.tick(this.now));
    }
    this.now = until;
  }

  names(): string[] {
    return this.events.map((event) => event.event);
  }

  private take(actions: readonly UploadAction[]): void {
    let flushed = 0;
    for (const action of actions) {
      if (this.ended) throw new Error(`${action.do} after the end`);
      if (action.do === "send") this.sent.push(action.datagram);
      else if (action.do === "emit") this.events.push(action.event);
      else if (action.do === "ask-password") this.asked.push(action.attempt);
      else if (action.do === "drop-connection") this.drops++;
      else if (action.do === "succeed") this.succeeded = true;
      else if (action.do === "fail") this.error = action.error;
      else if (action.from !== this.written) throw new Error(`wrote ${action.from} after ${this.written}`);
      else {
        flushed += action.to - action.from;
        this.written = action.to;
      }
    }
    if (flushed > 0) this.take(this.session.flushed(flushed, this.now));
  }
}
