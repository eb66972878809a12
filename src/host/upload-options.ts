import type { TimedUploadEvent } from "../events/upload-event.js";
import type { Clock } from "../node/clock.js";
import type { AuthDialect, PasswordHash } from "./espota/auth.js";
import type { Deadlines } from "./espota/deadlines.js";
import type { LinkTarget, OpenLink } from "./espota/link.js";

/** Everything an upload can be told. Only `image` and `to` are needed. */
export interface UploadOptions {
  /** The bytes to send: firmware, bundle or filesystem; the board tells them apart. */
  readonly image: Uint8Array;
  /** The board, and optionally which address and port of this computer to use. */
  readonly to: LinkTarget;
  /** The image goes to the filesystem partition (espota's command 100). */
  readonly filesystem?: boolean;
  readonly password?: string | undefined;
  /** Called when the board asks and the password is missing or was wrong; `undefined` gives up. */
  readonly askPassword?: ((attempt: number) => Promise<string | undefined>) | undefined;
  /** How often `askPassword` is called at most. 2 unless told. */
  readonly passwordTries?: number;
  /** `md5` for PBKDF2 boards whose password was set as an MD5 hash; without it both are tried. */
  readonly passwordHash?: PasswordHash;
  /** Bytes written at a time: 1460 unless told (arduino-esp32's own uploader uses 1024). */
  readonly chunk?: number;
  /** How often "try again in N s" of the board is obeyed. 3 unless told, 0 for never. */
  readonly retries?: number;
  /** ms to wait for a board that takes no updates now: until its window opens or somebody arms it. 0 unless told. */
  readonly patience?: number;
  readonly onEvent?: ((event: TimedUploadEvent) => void) | undefined;
  /** Ends the upload with UPLOAD_CANCELLED; the board drops what it has. */
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines>;
  readonly clock?: Clock;
  readonly openLink?: OpenLink;
  /** That many random bytes as hex. */
  readonly random?: (bytes: number) => string;
}

/** The board said OK. */
export interface UploadResult {
  readonly address: string;
  readonly port: number;
  readonly hostAddress: string;
  readonly hostPort: number;
  /** Bytes. */
  readonly size: number;
  readonly md5: string;
  /** How the password was proven; undefined when the board did not ask. */
  readonly authenticated: AuthDialect | undefined;
  /** From the first invitation to the board's OK. */
  readonly milliseconds: number;
  /** Of the transfer alone. */
  readonly bytesPerSecond: number;
}
