import type { UpdatePolicy } from "../../core/policy/policy.js";
import { optionsOf, type Resident } from "./resident/resident.js";
import type { PullOptions, WebOptions } from "./sluice.js";

/**
 * What provisioning leaves in Storage's file `sluice.cfg`, as JSON; what is absent is not set. Read when needed: in
 * memory it would take 60 variables.
 */
export interface Settings {
  readonly host?: string;
  /** UDP port of the listener. */
  readonly port?: number;
  /** Hashes of the password, lower-case hex; never the password. */
  readonly md5?: string;
  readonly sha256?: string;
  /** No password, by an explicit setting. */
  readonly open?: boolean;
  readonly auth?: "md5" | "pbkdf2";
  /** The password counts only from an uploader that binds it to the image: ours (core/espota/handshake.ts). */
  readonly strict?: boolean;
  /** False: the board is not announced (mDNS). */
  readonly mdns?: boolean;
  /** Print events on the console. */
  readonly log?: boolean;
  /** Serve the web update, whatever the application sets. */
  readonly web?: boolean | WebOptions;
  /** Poll a server for updates, also in safe mode, whatever the application sets. */
  readonly pull?: PullOptions;
  /** When updates are allowed (core/policy), whatever the application sets. */
  readonly window?: string;
  readonly zone?: string;
  /** Public keys, lower-case hex: then only releases that are signed by one of them are taken (core/bundle/trailer.ts). */
  readonly keys?: readonly string[];
}

export function readSettings(): Settings {
  const found = require("Storage").readJSON("sluice.cfg", true) as Settings | undefined | null;
  return found === undefined || found === null ? {} : found;
}

/** Whether only signed releases are taken. */
export function trustsKeys(): boolean {
  const found = require("Storage").readJSON("sluice.cfg", true) as Settings | undefined | null;
  // Settings that cannot be read may name keys: then nothing has the right signature.
  if (found === undefined || found === null) return true;
  return found.keys !== undefined && found.keys.length > 0;
}

/** Where and how the web update is served. */
export interface WebSettings {
  /** TCP port. */
  readonly port: number;
  /** False: the application's server does. */
  readonly listen: boolean;
  /** E.g. "/update". */
  readonly path: string;
  /** The name that goes with the password; "": any. */
  readonly user: string;
  /** Errors with status 200, in the original's words. */
  readonly classicStatus: boolean;
}

/** Provisioning outranks the application; undefined: no web update. */
export function webSettings(
  config: boolean | WebOptions | undefined,
  asked: boolean | WebOptions | undefined,
): WebSettings | undefined {
  const chosen = config || asked;
  if (!chosen) return undefined;
  const options: WebOptions = chosen === true ? {} : chosen;
  return {
    port: options.port || 80,
    listen: options.listen !== false,
    path: options.path || "/update",
    user: options.user || "",
    classicStatus: options.classicStatus === true,
  };
}

/** Provisioning outranks the application; undefined: updates are allowed at any time. */
export function permitRules(it: Resident): UpdatePolicy | undefined {
  const settings = readSettings();
  const options = optionsOf(it);
  const window = settings.window || options.window || "";
  const button = options.button !== undefined;
  if (window === "" && !button) return undefined;
  return { window: window, zone: settings.zone || options.timeZone || "", button: button };
}
