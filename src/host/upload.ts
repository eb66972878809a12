import { createHash } from "node:crypto";
import type { AuthDialect } from "../core/espota/wire.js";
import type { UploadEvent } from "../events/upload-event.js";
import type { Link } from "./espota/link.js";
import { UploadSession } from "./espota/session.js";
import { UploadError } from "./espota/upload-error.js";
import { defaultDeadlines, defaultOptions, type UploadOptions, type UploadResult } from "./options.js";

/**
 * Sends an image to a board that supports espota (ArduinoOTA, arduino-esp32, Sluice).
 * Resolves only after the board has answered OK; otherwise rejects with an UploadError that carries code and remedy.
 */
export async function uploadImage(options: UploadOptions): Promise<UploadResult> {
  if (options.image.length === 0) throw new UploadError("setup", "EMPTY_IMAGE", "The image has no bytes.");
  const md5 = createHash("md5").update(options.image).digest("hex");
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const plan = { ...defaultOptions, ...options, deadlines, md5 };
  const { clock, image, signal, to } = plan;
  const startedAt = clock.now();
  let connectedAt = 0;
  let authenticated: AuthDialect | undefined;
  let session: UploadSession | undefined;
  let link: Link | undefined;
  const emit = (event: UploadEvent): void => {
    if (event.event === "authenticated") authenticated = event.dialect;
    plan.onEvent?.({ at: Math.round(clock.now() - startedAt), ...event });
  };
  const cancelled = () => new UploadError("setup", "UPLOAD_CANCELLED", "The upload was cancelled.");
  const abort = () => session?.end(cancelled());
  try {
    if (signal?.aborted) throw cancelled();
    const open = await plan.openLink(to, {
      datagram: (text) => session?.datagram(text),
      unreachable: (reason) => session?.unreachable(reason),
      connected: (address) => {
        connectedAt = clock.now();
        session?.connected(address);
      },
      stranger: (address) => emit({ event: "stranger", address }),
      received: (text) => session?.received(text),
      flushed: (bytes) => session?.flushed(bytes),
      closed: (reason) => session?.closed(reason),
    });
    link = open;
    await new Promise<void>((done, failed) => {
      session = new UploadSession(plan, open, emit, (error) =>
        error === undefined ? done() : failed(error),
      );
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
    });
    const milliseconds = Math.round(clock.now() - startedAt);
    const seconds = Math.max(clock.now() - connectedAt, 1) / 1000;
    const bytesPerSecond = Math.round(image.length / seconds);
    emit({ event: "result", milliseconds, bytesPerSecond });
    const { address, hostAddress, hostPort } = open;
    const where = { address, port: to.port, hostAddress, hostPort };
    return { ...where, size: image.length, md5, authenticated, milliseconds, bytesPerSecond };
  } catch (error) {
    if (error instanceof UploadError) {
      const { code, message: text, remedy } = error;
      emit({ event: "failed", code, text, remedy });
    }
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await link?.close();
  }
}
