import { manualClock } from "../../src/board/manual-clock.js";
import type { UploadEvent } from "../../src/events/upload-event.js";
import { UploadSession } from "../../src/host/espota/session.js";
import type { UploadError } from "../../src/host/espota/upload-error.js";
import { defaultOptions, type UploadPlan } from "../../src/host/options.js";

const md5 = "2c6b96b5e58797d34daa515429a5a245";
export const invitation = `0 45002 10000 ${md5}\ngap=0 bound=1\n`;

/** A session under the test's own clock: steps it and keeps what it did. */
export class SessionSteps {
  readonly sent: string[] = [];
  readonly events: UploadEvent[] = [];
  readonly asked: number[] = [];
  /** Bytes of the image that were written. */
  written = 0;
  drops = 0;
  error: UploadError | undefined;
  succeeded = false;
  readonly session: UploadSession;
  private readonly clock = manualClock();

  constructor(options: Partial<UploadPlan> = {}) {
    const plan: UploadPlan = {
      ...defaultOptions,
      image: new Uint8Array(10_000),
      md5,
      to: { host: "10.0.0.7", port: 3232 },
      random: (bytes) => "c".repeat(2 * bytes),
      clock: this.clock,
      ...options,
      // The steps themselves give the password.
      askPassword: options.askPassword && ((attempt) => this.ask(attempt)),
    };
    const link = {
      ...{ address: "10.0.0.7", hostAddress: "198.51.100.2", hostPort: 45002 },
      send: (datagram: string) => this.act(() => this.sent.push(datagram)),
      write: (bytes: Uint8Array) => this.act(() => this.write(bytes.byteOffset, bytes.length)),
      drop: () => this.act(() => this.drops++),
      close: () => Promise.resolve(),
    };
    const onEvent = (event: UploadEvent) => this.act(() => this.events.push(event));
    this.session = new UploadSession(plan, link, onEvent, (error) => {
      this.error = error as UploadError | undefined;
      this.succeeded = error === undefined;
    });
    this.pass(0);
  }

  get ended(): boolean {
    return this.succeeded || this.error !== undefined;
  }

  datagram(text: string): void {
    this.session.datagram(text);
    this.pass(0);
  }

  password(text: string | undefined): void {
    this.session.passwordGiven(text);
  }

  connect(): void {
    this.session.connected("10.0.0.7");
    this.pass(0);
  }

  receive(text: string): void {
    this.session.received(text);
    this.pass(0);
  }

  close(reason?: string): void {
    this.session.closed(reason);
  }

  /** Lets time pass, deadline by deadline. */
  pass(milliseconds: number): void {
    this.clock.advance(milliseconds);
  }

  names(): string[] {
    return this.events.map((event) => event.event);
  }

  private ask(attempt: number): Promise<never> {
    this.asked.push(attempt);
    return new Promise(() => undefined);
  }

  private act(what: () => unknown): void {
    if (this.ended) throw new Error(`${what.toString()} after the end`);
    what();
  }

  /** The system takes it as soon as the session is done with what it does. */
  private write(from: number, length: number): void {
    if (from !== this.written) throw new Error(`wrote ${from} after ${this.written}`);
    this.written = from + length;
    this.clock.after(0, () => this.session.flushed(length));
  }
}
