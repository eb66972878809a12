/** Where a server is, and what to ask it for. */
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
