import { decimal, find } from "../text.js";

/** Where a server is, and what to request. */
export interface PullUrl {
  readonly tls: boolean;
  /** Name or IPv4 address, lower case. */
  readonly host: string;
  readonly port: number;
  /** With its query, beginning with a slash. */
  readonly path: string;
}

/** `host:port`, the port only where it is not the scheme's, as the original writes its Host header. */
export function authorityOf(url: PullUrl): string {
  return url.port === 80 || url.port === 443 ? url.host : `${url.host}:${url.port}`;
}

export function urlText(url: PullUrl): string {
  return `${url.tls ? "https" : "http"}://${url.host}:${url.port}${url.path}`;
}

/** Whether the password may go there as well: the same server, or the same host over TLS. */
export function mayKnowPassword(origin: PullUrl, to: PullUrl): boolean {
  if (origin.host !== to.host) return false;
  return origin.tls === to.tls ? origin.port === to.port : to.tls;
}

/** Longest address that is taken, characters. */
const mostUrl = 1024;

function isHost(host: string): boolean {
  if (host.length === 0 || host.length > 253) return false;
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    const letter = code >= 97 && code <= 122;
    const digit = code >= 48 && code <= 57;
    // Underscores are no part of host names, but home networks have them.
    if (!letter && !digit && code !== 45 && code !== 46 && code !== 95) return false;
  }
  return host.charAt(0) !== "." && find(host, "..", 0) < 0;
}

/** A path that goes into a request line as it is: no blanks, no control characters, nothing beyond ASCII. */
function isPath(path: string): boolean {
  if (path.charAt(0) !== "/" || path.length > mostUrl) return false;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code <= 32 || code >= 127) return false;
  }
  return true;
}

/** @returns what is wrong, in words, when it is no address */
export function makeUrl(tls: boolean, host: string, port: number, path: string): PullUrl | string {
  const name = host.toLowerCase();
  if (!isHost(name)) return "no host name or IPv4 address";
  if (port < 1 || port > 65535 || Math.floor(port) !== port) return "a port is 1 to 65535";
  if (!isPath(path)) return "a path begins with / and has no blanks";
  return { tls: tls, host: name, port: port, path: path };
}

/** Reads `http://host:port/path?query`; a fragment is dropped. @returns what is wrong, in words, when it is none */
export function parseUrl(text: string): PullUrl | string {
  if (text.length > mostUrl) return `longer than ${mostUrl} characters`;
  const lower = text.slice(0, 8).toLowerCase();
  const tls = lower === "https://";
  if (!tls && lower.slice(0, 7) !== "http://") return "neither http:// nor https://";
  let rest = text.slice(tls ? 8 : 7);
  const hash = rest.indexOf("#");
  if (hash >= 0) rest = rest.slice(0, hash);
  let end = 0;
  while (end < rest.length && rest.charAt(end) !== "/" && rest.charAt(end) !== "?") end++;
  const authority = rest.slice(0, end);
  if (authority.indexOf("@") >= 0) return "user and password have options of their own";
  let path = rest.slice(end);
  if (path.charAt(0) !== "/") path = `/${path}`;
  const colon = authority.indexOf(":");
  const host = colon < 0 ? authority : authority.slice(0, colon);
  const port = colon < 0 ? (tls ? 443 : 80) : decimal(authority.slice(colon + 1));
  return makeUrl(tls, host, port, path);
}
