import { createHash } from "node:crypto";
import type { AuthDialect } from "../core/espota/wire.js";
import type { UploadEvent } from "../events/upload-event.js";
import type { Link, LinkEvents } from "./espota/link.js";
import { type UploadAction, UploadSession } from "./espota/session.js";
import { UploadError } from "./espota/upload-error.js";
import { describeRoute } from "./network.js";
import {
  defaultDeadlines,
  defaultOptions,
  type UploadOptions,
  type UploadPlan,
  type UploadResult,
} from "./options.js";

/**
 * Sends an image to a board that supports espota (ArduinoOTA, arduino-esp32, Sluice).
 * Resolves only after the board has answered OK; otherwise rejects with an UploadError that carries code and remedy.
 */
export async function uploadImage(options: UploadOptions): Promise<UploadResult> {
  if (options.image.length === 0) throw new UploadError("setup", "EMPTY_IMAGE", "The image has no bytes.");
  const md5 = createHash("md5").update(options.image).digest("hex");
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  return new UploadRun({ ...defaultOptions, ...options, deadlines, md5 }).go();
}

/** Runs one session on one link: passes events in and performs the actions it returns. */
class UploadRun {
  private session: UploadSession | undefined;
  private link: Link | undefined;
  private cancelTimer: () => void = () => {};
  private settle: (error?: unknown) => void = () => {};
  private connectedAt = 0;
  private authenticated: AuthDialect | undefined;
  private readonly startedAt: number;

  constructor(private readonly plan: UploadPlan) {
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
      const { address, hostAddress, hostPort } = link;
      this.session = new UploadSession(this.plan, link, describeRoute(hostAddress, address));
      this.act(this.session.start(clock.now()));
      await ended.finally(() => signal?.removeEventListener("abort", abort));
      const milliseconds = Math.round(clock.now() - this.startedAt);
      const seconds = Math.max(clock.now() - this.connectedAt, 1) / 1000;
      const bytesPerSecond = Math.round(image.length / seconds);
      this.emit({ event: "result", milliseconds, bytesPerSecond });
      const { authenticated } = this;
      const where = { address, port: to.port, hostAddress, hostPort };
      return { ...where, size: image.length, md5, authenticated, milliseconds, bytesPerSecond };
    } catch (error) {
      if (error instanceof UploadError) {
        const { code, message: text, remedy } = error;
        this.emit({ event: "failed", code, text, remedy });
      }
      throw error;
    } finally {
      this.session = undefined;
      this.cancelTimer();
      await this.link?.close();
    }
  }

  private linkEvents(): LinkEvents {
    const { clock } = this.plan;
    return {
      datagram: (text) => this.act(this.session?.datagram(text, clock.now())),
      unreachable: (reason) => this.session?.unreachable(reason),
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

  private act(actions: readonly UploadAction[] = []): void {
    for (const action of actions) this.perform(action);
    const { session } = this;
    if (!session) return;
    this.cancelTimer();
    if (session.deadline === Number.POSITIVE_INFINITY) return;
    // A timer of Node may fire up to a millisecond early; the session then sets the same deadline again.
    const wait = Math.max(0, Math.ceil(session.deadline - this.plan.clock.now()));
    this.cancelTimer = this.plan.clock.after(wait, () => this.act(session.tick(this.plan.clock.now())));
  }

  private perform(action: UploadAction): void {
    if (action.do === "send") this.link?.send(action.datagram);
    else if (action.do === "write") this.link?.write(this.plan.image.subarray(action.from, action.to));
    else if (action.do === "drop-connection") this.link?.drop();
    else if (action.do === "emit") this.emit(action.event);
    else if (action.do === "ask-password") void this.askPassword(action.attempt);
    else if (action.do === "succeed") this.settle();
    else this.settle(action.error);
  }

  private async askPassword(attempt: number): Promise<void> {
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
}

function cancelled(): UploadError {
  return new UploadError("setup", "UPLOAD_CANCELLED", "The upload was cancelled.");
}
