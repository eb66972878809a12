import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import { limitSockets, type SocketLimits } from "./socket-limit.js";

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** For a request's head, and for all of a request, ms. */
const headMs = 10_000;
const requestMs = 20_000;

/**
 * An HTTPS server with a certificate, otherwise an HTTP server, that no single address can keep busy with idle connections.
 * `headersTimeout` is for the first byte and the TLS handshake as well.
 */
export function makeServer(
  options: ServerOptions = {},
  tls?: Certificate | undefined,
  limits: SocketLimits = {},
): Server {
  const handshakeTimeout = options.headersTimeout ?? headMs;
  const timing = {
    headersTimeout: handshakeTimeout,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.max(50, Math.min(1000, handshakeTimeout / 4)),
  };
  const all = { ...timing, ...options };
  const server =
    tls === undefined
      ? createServer(all)
      : createTlsServer({ ...all, ...tls, minVersion: "TLSv1.2", handshakeTimeout });
  limitSockets(server, tls === undefined, limits);
  return server;
}

/**
 * @param port 0 takes a free one
 * @throws SluiceError PORT_IN_USE
 */
export async function listen(server: Server, port: number, bind?: string): Promise<AddressInfo> {
  try {
    await once(server.listen(port, bind), "listening");
  } catch (cause) {
    throw new SluiceError("PORT_IN_USE", `cannot listen at port ${port}: ${reasonOf(cause)}`, { cause });
  }
  return server.address() as AddressInfo;
}

/** Ends all connections at once. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** @returns undefined when the body has more than `limit` bytes; rejects when the sender gives up */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limit) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
