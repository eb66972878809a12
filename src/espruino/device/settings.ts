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
  /** No password, and somebody said so in words. */
  readonly open?: boolean;
  readonly auth?: "md5" | "pbkdf2";
  /** False: the network is not told of the board (mDNS). */
  readonly mdns?: boolean;
  /** Print events on the console. */
  readonly log?: boolean;
  /** Serve the web update, whatever the application says of it. */
  readonly web?: boolean | WebOptions;
  /** Ask a server for updates, also in safe mode, whatever the application says of it. */
  readonly pull?: PullOptions;
  /** When updates are allowed (core/permit), whatever the application says of it. */
  readonly window?: string;
  readonly zone?: string;
}

export function readSettings(): Settings {
  const found = require("Storage").readJSON("sluice.cfg", true) as Settings | undefined | null;
  return found === undefined || found === null ? {} : found;
}
