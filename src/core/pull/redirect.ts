import { addressBytes } from "../text.js";
import { headerOf, ResponseHeader } from "./head.js";
import type { PullJob } from "./job.js";
import { makeUrl, type PullUrl, parseUrl, urlText } from "./url.js";

/** Redirects that are followed in a row. */
const mostRedirects = 5;

/**
 * Whether a server may send the board on to `to`: the same host, with or without "www.", or a host below it. What the
 * board reveals of itself, and what it will run, stays with the server it was set up for.
 */
export function isHostFamily(from: string, to: string): boolean {
  if (from === to) return true;
  if (addressBytes(from) !== "" || addressBytes(to) !== "") return false;
  const family = from.slice(0, 4) === "www." ? from.slice(4) : from;
  if (to === family) return true;
  // "localhost" and the like have no family, nor has a top-level domain.
  if (family.indexOf(".") < 0) return false;
  const tail = `.${family}`;
  return to.length > tail.length && to.slice(to.length - tail.length) === tail;
}

/** Relative references as servers send them: absolute paths, queries, names beside the path. Dots stay as they are. */
function joined(path: string, reference: string): string {
  if (reference.charAt(0) === "/") return reference;
  let base = path;
  const question = base.indexOf("?");
  if (question >= 0) base = base.slice(0, question);
  if (reference.charAt(0) === "?" || reference.length === 0) return base + reference;
  let last = base.length - 1;
  while (last > 0 && base.charAt(last) !== "/") last--;
  return base.slice(0, last + 1) + reference;
}

/** Where a Location leads (RFC 9110 §10.2.2: it may be relative), or in words why it is not followed. */
export function redirected(origin: PullUrl, from: PullUrl, location: string): PullUrl | string {
  if (location.length === 0) return "a redirect without Location";
  let to: PullUrl | string;
  const colon = location.indexOf(":");
  const slash = location.indexOf("/");
  if (location.slice(0, 2) === "//") to = parseUrl(`${from.tls ? "https" : "http"}:${location}`);
  else if (colon >= 0 && (slash < 0 || colon < slash)) to = parseUrl(location);
  else {
    const hash = location.indexOf("#");
    to = makeUrl(
      from.tls,
      from.host,
      from.port,
      joined(from.path, hash < 0 ? location : location.slice(0, hash)),
    );
  }
  if (typeof to === "string") return `a redirect that is no address: ${to}`;
  if (from.tls && !to.tls) return "a redirect from https to http";
  if (!isHostFamily(origin.host, to.host)) return `a redirect to another host, ${to.host}`;
  return to;
}

/** Turns to where the answer leads, for the same request there. @returns why not, or "" */
export function followRedirect(job: PullJob): string {
  const to = redirected(job.plan.url, job.url, headerOf(job.head, ResponseHeader.Location));
  if (typeof to === "string") return to;
  job.visited[job.visited.length] = urlText(job.url);
  for (const seen of job.visited) if (seen === urlText(to)) return "redirects in a circle";
  if (job.visited.length > mostRedirects) return `more than ${mostRedirects} redirects`;
  job.url = to;
  return "";
}
