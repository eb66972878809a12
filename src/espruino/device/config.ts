import type { AuthDialect, Secrets } from "../../core/auth.js";
import type { PullOptions, WebOptions } from "./sluice.js";

/** What provisioning leaves in Storage's file `sluice.cfg`, as JSON. Hashes of the password, never the password. */
export interface Config {
  readonly host: string;
  /** UDP port of the listener; 0: the board's own. */
  readonly port: number;
  readonly secrets: Secrets;
  /** No password, and somebody said so in words. */
  readonly open: boolean;
  readonly auth: AuthDialect;
  /** Tell the network of the board (mDNS). */
  readonly mdns: boolean;
  /** Print events on the console. */
  readonly log: boolean;
  /** Serve the web update, whatever the application says of it. */
  readonly web: true | WebOptions | undefined;
  /** Ask a server for updates, also in safe mode, whatever the application says of it. */
  readonly pull: PullOptions | undefined;
  /** When updates are allowed (core/permit), whatever the application says of it; "": it decides. */
  readonly window: string;
  readonly zone: string;
}

interface ConfigFile {
  host?: string;
  port?: number;
  md5?: string;
  sha256?: string;
  open?: boolean;
  auth?: string;
  mdns?: boolean;
  log?: boolean;
  web?: boolean | WebOptions;
  pull?: PullOptions;
  window?: string;
  zone?: string;
}

export function readConfig(): Config {
  const found = require("Storage").readJSON("sluice.cfg", true) as ConfigFile | undefined;
  const file: ConfigFile = found === undefined || found === null ? {} : found;
  return {
    host: file.host || "",
    port: file.port || 0,
    secrets: { md5: file.md5 || "", sha256: file.sha256 || "" },
    open: file.open === true,
    auth: BOARD_HAS_SHA256 && file.auth === "pbkdf2" ? "pbkdf2" : "md5",
    mdns: file.mdns !== false,
    log: file.log === true,
    web: file.web || undefined,
    pull: file.pull,
    window: file.window || "",
    zone: file.zone || "",
  };
}
