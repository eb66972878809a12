import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How many connections a server keeps at a time: of all addresses, and of one. */
const mostSockets = 1000;
const mostOfOne = 64;
/** Times that many of an address are sent a sentence at a time; more than these are reset. */
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

interface Owner {
  /** Oldest first. */
  readonly served: Set<Socket>;
  /** Connections that are being refused. */
  refused: number;
}

/**
 * Keeps one address from taking all connections: of its surplus the oldest that has sent nothing yet gives way, since others
 * may be behind that address, else the newest; it is answered 503, or reset. `isPlain` false (TLS): the newest is reset at
 * once, since nothing can be sent before the handshake.
 */
export function limitSockets(server: Server, isPlain: boolean, limits: SocketLimits): void {
  const { perAddress = mostOfOne, trustProxy = [], onSurplus } = limits;
  const owners = new Map<string, Owner>();
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
    if (trustProxy.includes(address)) return pass(socket);
    const name = ownerOf(address);
    const owner = owners.get(name) ?? { served: new Set(), refused: 0 };
    owners.set(name, owner);
    owner.served.add(socket);
    socket.once("close", () => {
      if (!owner.served.delete(socket)) owner.refused--;
      if (owner.served.size + owner.refused === 0) owners.delete(name);
    });
    if (owner.served.size <= perAddress) return pass(socket);
    if (performance.now() - reportedAt >= reportMs) {
      reportedAt = performance.now();
      onSurplus?.(address);
    }
    const silent = isPlain ? [...owner.served].find(({ bytesRead }) => bytesRead === 0) : undefined;
    const surplus = silent ?? socket;
    owner.served.delete(surplus);
    owner.refused++;
    if (surplus !== socket) pass(socket);
    surplus.on("error", () => undefined);
    if (!isPlain || owner.refused > perAddress * mostRefusals) {
      surplus.resetAndDestroy();
      return;
    }
    surplus.resume();
    surplus.end(sentence);
    setTimeout(() => surplus.destroy(), refusalMs).unref();
  });
}
