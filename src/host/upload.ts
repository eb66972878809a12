import { createHash, randomBytes } from "node:crypto";
import { systemClock } from "../node/clock.js";
import { defaultDeadlines } from "./espota/deadlines.js";
import { openNodeLink } from "./espota/node-link.js";
import { UploadError } from "./espota/upload-error.js";
import { COMMAND_FILESYSTEM, COMMAND_FLASH } from "./espota/wire.js";
import type { UploadOptions, UploadResult } from "./upload-options.js";
import { UploadRun } from "./upload-run.js";

/**
 * Sends an image to a board that speaks espota (ArduinoOTA, arduino-esp32, Sluice).
 * Resolves only after the board has said OK; otherwise rejects with an UploadError that carries code and remedy.
 */
export async function uploadImage(options: UploadOptions): Promise<UploadResult> {
  if (options.image.length === 0) throw new UploadError("setup", "EMPTY_IMAGE", "The image has no bytes.");
  const run = new UploadRun({
    image: options.image,
    md5: createHash("md5").update(options.image).digest("hex"),
    to: options.to,
    command: options.filesystem ? COMMAND_FILESYSTEM : COMMAND_FLASH,
    password: options.password,
    askPassword: options.askPassword,
    passwordTries: options.askPassword ? (options.passwordTries ?? 2) : 0,
    passwordHash: options.passwordHash ?? "sha256",
    chunk: options.chunk ?? 1460,
    retries: options.retries ?? 3,
    patience: options.patience ?? 0,
    onEvent: options.onEvent,
    signal: options.signal,
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    clock: options.clock ?? systemClock,
    openLink: options.openLink ?? openNodeLink,
    random: options.random ?? ((bytes) => randomBytes(bytes).toString("hex")),
  });
  return run.go();
}
