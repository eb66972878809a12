import type { TimedUploadEvent, UploadEvent } from "../events/upload-event.js";
import type { Clock } from "../node/clock.js";
import type { AuthDialect, PasswordHash } from "./espota/auth.js";
import type { Deadlines } from "./espota/deadlines.js";
import type { Link, LinkEvents, LinkTarget, OpenLink } from "./espota/link.js";
import { type Action, UploadSession } from "./espota/session.js";
import { UploadError } from "./espota/upload-error.js";
import { invitationText } from "./espota/wire.js";
import { describeRoute } from "./network.js";
import type { UploadResult } from "./upload-options.js";

/** UploadOptions with every default filled in. */
export interface RunPlan {
  readonly image: Uint8Array;
  readonly md5: string;
  readonly to: LinkTarget;
  /** First word of the invitation. */
  readonly command: number;
  readonly password: string | undefined;
  readonly askPassword: ((attempt: number) => Promise<string | undefined>) | undefined;
  readonly passwordTries: number;
  readonly passwordHash: PasswordHash;
  readonly chunk: number;
  readonly retries: number;
  readonly patience: number;
  readonly onEvent: ((event: TimedUploadEvent) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly openLink: OpenLink;
  readonly random: (bytes: number) => string;
}

/** Runs one session on one link: carries what happens in, and does what the session says. */
export class UploadRun {
  private session: UploadSession | undefined;
  private link: Link | undefined;
  private cancelTimer: () => void = () => {};
  private settle: (error?: unknown) => void = () => {};
  private connectedAt = 0;
  private authenticated: AuthDialect | undefined;
  private readonly startedAt: number;
  private readonly plan: RunPlan;

  constructor(plan: RunPlan) {
    this.plan = plan;
    this.startedAt = plan.clock.now();
  }

  async go(): Promise<UploadResult> {
    const { clock, image, md5, signal, to } = this.plan;
    try {
      if (signal?.aborted) throw cancelled();
      const link = await this.plan.openLink(to, this.linkEvents());
      this.link = link;
      const ended = new Promise<void>((done, failed) => {
        this.settle = (error) => (error === undefined ? done() : failed(error));
      });
      const abort = () => this.settle(cancelled());
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
      this.session = this.newSession(link);
      this.act(this.session.start(clock.now()));
      await ended.finally(() => signal?.removeEventListener("abort", abort));
      const { address, hostAddress, hostPort } = link;
      const milliseconds = Math.round(clock.now() - this.startedAt);
      const seconds = Math.max(clock.now() - this.connectedAt, 1) / 1000;
      const bytesPerSecond = Math.round(image.length / seconds);
      this.emit({ event: "result", milliseconds, bytesPerSecond });
      const { authenticated } = this;
      const where = { address, port: to.port, hostAddress, hostPort };
      return { ...where, size: image.length, md5, authenticated, milliseconds, bytesPerSecond };
    } catch (error) {
      if (error instanceof UploadError) this.emitFailure(error);
      throw error;
    } finally {
      this.session = undefined;
      this.cancelTimer();
      await this.link?.close();
    }
  }

  private newSession(link: Link): UploadSession {
    const { plan } = this;
    const { md5 } = plan;
    const { address, hostAddress, hostPort } = link;
    const size = plan.image.length;
    const port = plan.to.port;
    const { command } = plan;
    return new UploadSession({
      invitation: invitationText({ command, hostPort, size, md5 }),
      address,
      port,
      invited: (attempt) => ({ event: "invited", address, port, hostAddress, hostPort, size, md5, attempt }),
      connectBack: () => `${describeRoute(hostAddress, address)}, TCP port ${hostPort},`,
      password: plan.password,
      asks: plan.passwordTries,
      passwordHash: plan.passwordHash,
      size,
      chunk: plan.chunk,
      retries: plan.retries,
      patience: plan.patience,
      deadlines: plan.deadlines,
      random: plan.random,
    });
  }

  private linkEvents(): LinkEvents {
    const { clock } = this.plan;
    return {
      datagram: (text) => this.act(this.session?.datagram(text, clock.now())),
      unreachable: (reason) => this.act(this.session?.unreachable(reason)),
      connected: (address) => {
        this.connectedAt = clock.now();
        this.act(this.session?.connected(address, clock.now()) ?? [{ do: "drop-connection" }]);
      },
      stranger: (address) => this.emit({ event: "stranger", address }),
      received: (text) => this.act(this.session?.received(text, clock.now())),
      flushed: (bytes) => this.act(this.session?.flushed(bytes, clock.now())),
      closed: (reason) => this.act(this.session?.closed(reason, clock.now())),
    };
  }

  private act(actions: readonly Action[] = []): void {
    for (const action of actions) this.perform(action);
    const { session } = this;
    if (!session) return;
    this.cancelTimer();
    if (session.deadline === Number.POSITIVE_INFINITY) return;
    // A timer of Node may fire up to a millisecond early; the session then just asks to be called again.
    const wait = Math.max(0, Math.ceil(session.deadline - this.plan.clock.now()));
    this.cancelTimer = this.plan.clock.after(wait, () => this.act(session.tick(this.plan.clock.now())));
  }

  private perform(action: Action): void {
    if (action.do === "send") this.link?.send(action.datagram);
    else if (action.do === "write") this.link?.write(this.plan.image.subarray(action.from, action.to));
    else if (action.do === "drop-connection") this.link?.drop();
    else if (action.do === "emit") this.emit(action.event);
    else if (action.do === "ask-password") void this.ask(action.attempt);
    else if (action.do === "succeed") this.settle();
    else this.settle(action.error);
  }

  private async ask(attempt: number): Promise<void> {
    try {
      const password = await this.plan.askPassword?.(attempt);
      this.act(this.session?.passwordGiven(password, this.plan.clock.now()));
    } catch (error) {
      this.settle(error);
    }
  }

  private emit(event: UploadEvent): void {
    if (event.event === "authenticated") this.authenticated = event.dialect;
    this.plan.onEvent?.({ at: Math.round(this.plan.clock.now() - this.startedAt), ...event });
  }

  private emitFailure(error: UploadError): void {
    this.emit({ event: "failed", code: error.code, text: error.message, remedy: error.remedy });
  }
}

function cancelled(): UploadError {
  return new UploadError("setup", "UPLOAD_CANCELLED", "The upload was cancelled.");
}
