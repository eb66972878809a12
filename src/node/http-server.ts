import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How many connections a server keeps at a time. */
const connectionLimit = 500;

/** An HTTPS server with a certificate, otherwise an HTTP server. `headersTimeout` is for the TLS handshake as well. */
export function makeServer(options: ServerOptions, tls: Certificate | undefined): Server {
  const handshakeTimeout = options.headersTimeout;
  const server =
    tls === undefined
      ? createServer(options)
      : createTlsServer({ ...options, ...tls, minVersion: "TLSv1.2", handshakeTimeout });
  server.maxConnections = connectionLimit;
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
