import { randomBytes } from "node:crypto";
import type { AuthDialect } from "../core/espota/wire.js";
import type { TimedUploadEvent, UploadEvent } from "../events/upload-event.js";
import { type Clock, systemClock } from "../node/clock.js";
import { type Link, type LinkTarget, type OpenLink, openNodeLink } from "./espota/link.js";
import type { UploadError } from "./espota/upload-error.js";

/** Everything that an upload can be given. Only `image` and `to` are needed. */
export interface UploadOptions {
  /** The bytes to send: firmware, bundle or filesystem; the board distinguishes them by their first bytes. */
  readonly image: Uint8Array;
  /** The board, and optionally which address and port of this computer to use. */
  readonly to: LinkTarget;
  /** The image goes to the filesystem partition (espota's command 100). */
  readonly filesystem?: boolean;
  readonly password?: string | undefined;
  /** Called when the board requires a password and it is missing or was wrong; `undefined` gives up. */
  readonly askPassword?: ((attempt: number) => Promise<string | undefined>) | undefined;
  /** How often `askPassword` is called at most. Default 2. */
  readonly passwordTries?: number;
  /** `md5` for PBKDF2 boards whose password was set as an MD5 hash; by default both are tried. */
  readonly passwordHash?: PasswordHash;
  /** Bytes written at a time. Default 1460 (arduino-esp32's own uploader uses 1024). */
  readonly chunk?: number;
  /** How often "try again in N s" of the board is followed. Default 3; 0 for never. */
  readonly retries?: number;
  /** ms to wait for a board that takes no updates now: until its window opens or it is armed. Default 0. */
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

/** How the board keeps its password; `md5` also in the PBKDF2 dialect when it was set with `setPasswordHash`. */
export type PasswordHash = "md5" | "sha256";

/** How long each step may take, milliseconds. No wait of an upload is without an end. */
export interface Deadlines {
  /** The invitation is repeated this often … */
  readonly invitationRetry: number;
  /** … until this much has passed without an answer. */
  readonly invitation: number;
  /** Answer to our authentication: a board may hold its OK back up to 8 s while valves close. */
  readonly auth: number;
  /** The board's TCP connection, up to 8 s after the OK for the same reason. */
  readonly connectBack: number;
  /** A board that has acknowledged nothing so long after it connected never does, unless `ack` is over by then. */
  readonly firstAck: number;
  /** An acknowledgement that seems too small (two numbers merged) holds the next chunk back no longer than this. */
  readonly ackPatience: number;
  /** Silence of a board that has not acknowledged everything. */
  readonly ack: number;
  /** Silence of one that has, or never does: it hashes what it wrote. */
  readonly result: number;
  /** The rest of an error text that came without its line end. */
  readonly errorText: number;
  /** A challenge older than this (a password was being typed) is not answered; the board is invited anew. */
  readonly nonceAge: number;
  /** "Try again in N s" is followed up to this long. */
  readonly longestRetry: number;
}

export const defaultDeadlines: Deadlines = {
  invitationRetry: 1_000,
  invitation: 10_000,
  auth: 12_000,
  connectBack: 12_000,
  firstAck: 3_000,
  ackPatience: 250,
  ack: 20_000,
  result: 60_000,
  errorText: 1_000,
  nonceAge: 3_000,
  longestRetry: 300_000,
};

/** The options as every step of an upload gets them: complete, and with the image's MD5. */
export type UploadPlan = Required<UploadOptions> & {
  readonly deadlines: Deadlines;
  /** 32 lower-case hex digits. */
  readonly md5: string;
};

/** What both halves of an upload, handshake and transfer, work with and report to. */
export interface UploadWork {
  readonly plan: UploadPlan;
  readonly link: Link;
  emit(event: UploadEvent): void;
  fail(error: UploadError): void;
}

export const defaultOptions: Omit<UploadPlan, "image" | "to" | "md5"> = {
  filesystem: false,
  password: undefined,
  askPassword: undefined,
  passwordTries: 2,
  passwordHash: "sha256",
  chunk: 1460,
  retries: 3,
  patience: 0,
  onEvent: undefined,
  signal: undefined,
  deadlines: defaultDeadlines,
  clock: systemClock,
  openLink: openNodeLink,
  random: (bytes) => randomBytes(bytes).toString("hex"),
};

/** What is known of an upload once the board has answered OK. */
export interface UploadResult {
  readonly address: string;
  readonly port: number;
  readonly hostAddress: string;
  readonly hostPort: number;
  /** Bytes. */
  readonly size: number;
  readonly md5: string;
  /** How the password was proven; undefined when the board did not require one. */
  readonly authenticated: AuthDialect | undefined;
  /** From the first invitation to the board's OK. */
  readonly milliseconds: number;
  /** Of the transfer alone. */
  readonly bytesPerSecond: number;
}
