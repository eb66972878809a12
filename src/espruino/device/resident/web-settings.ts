import type { WebOptions } from "../sluice.js";

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

/** What provisioning says stands above what the application says; undefined: no web update. */
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
