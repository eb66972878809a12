import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How many connections a server keeps at a time: of all addresses, and of one. */
const mostSockets = 1000;
const mostOfOne = 64;
/** Surplus connections of an address that are sent a sentence; more than these are reset. */
const mostRefusals = 8;
/** How long such a one may take to read it, ms. */
const refusalMs = 1000;
/** A flood is reported once in this time, ms. */
const reportMs = 60_000;

export interface SocketLimits {
  readonly perAddress?: number | undefined;
  /** Proxies: they stand for many, and limit those themselves. */
  readonly trustProxy?: readonly string[] | undefined;
  /** One address has too many connections; once a minute at most. */
  readonly onSurplus?: ((address: string) => void) | undefined;
}

/** An IPv4-mapped IPv6 address as plain IPv4. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
}

/** What one owner of addresses cannot multiply: an IPv4 address, the first 64 bits of an IPv6 one. */
export function ownerOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill("0"), ...(tail ?? "").split(":")]
    .slice(0, 4)
    .join(":");
}

const body = "too many connections from this address\n";
const sentence =
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n" +
  `Content-Length: ${body.length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`;

/**
 * Keeps one address from taking all connections: its surplus is answered 503 unread, or reset. `isPlain` false (TLS): reset
 * at once, since nothing can be sent before the handshake.
 */
export function limitSockets(server: Server, isPlain: boolean, limits: SocketLimits): void {
  const { perAddress = mostOfOne, trustProxy = [], onSurplus } = limits;
  const open = new Map<string, number>();
  let reportedAt = -reportMs;
  server.maxConnections = mostSockets;
  // In front of the server's own listener, which must not read what is refused.
  const serve = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  const pass = (socket: Socket): void => {
    for (const listener of serve) listener.call(server, socket);
  };
  server.on("connection", (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    const owner = ownerOf(address);
    const count = (open.get(owner) ?? 0) + 1;
    if (trustProxy.includes(address)) return pass(socket);
    open.set(owner, count);
    socket.once("close", () => {
      const left = (open.get(owner) ?? 1) - 1;
      if (left > 0) open.set(owner, left);
      else open.delete(owner);
    });
    if (count <= perAddress) return pass(socket);
    if (performance.now() - reportedAt >= reportMs) {
      reportedAt = performance.now();
      onSurplus?.(address);
    }
    socket.on("error", () => undefined);
    if (!isPlain || count > perAddress * mostRefusals) {
      socket.resetAndDestroy();
      return;
    }
    socket.resume();
    socket.end(sentence);
    setTimeout(() => socket.destroy(), refusalMs).unref();
  });
}
