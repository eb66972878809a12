import type { WebOptions } from "./sluice.js";
import type { WebSettings } from "./web-parts.js";

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
