import type { PullUrl } from "../../../core/pull/pull-url.js";
import { redirected } from "../../../core/pull/redirect.js";

/** Where a redirect leads, or in words why nobody follows it. */
export function judgeRedirect(what: { origin: PullUrl; from: PullUrl; location: string }): PullUrl | string {
  return redirected(what.origin, what.from, what.location);
}
