import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { reasonOf } from "../../errors/sluice-error.js";
import { addressOf } from "../discover/local-name.js";
import { UploadError } from "./upload-error.js";

/** The way to one board: a UDP socket for invitation and authentication, and the TCP port the board connects back to. */
export interface Link {
  /** The board's IPv4 address, resolved. */
  readonly address: string;
  /** The address of this computer that packets to the board leave from. */
  readonly hostAddress: string;
  /** The TCP port that is open for the board. */
  readonly hostPort: number;
  readonly send: (datagram: string) => void;
  /** To the board's connection; `flushed` follows when the system has taken the bytes. */
  readonly write: (bytes: Uint8Array) => void;
  /** Ends the board's connection at once; the port stays open. */
  readonly drop: () => void;
  readonly close: () => Promise<void>;
}

/** What comes in. Texts have one char a byte. */
export interface LinkEvents {
  readonly datagram: (text: string) => void;
  /** The network reported that the board's UDP port or address is not there. */
  readonly unreachable: (reason: string) => void;
  readonly connected: (address: string) => void;
  /** Another host connected, or the board a second time; already dropped. */
  readonly stranger: (address: string) => void;
  readonly received: (text: string) => void;
  readonly flushed: (bytes: number) => void;
  /** `reason`: the system's error, undefined when the board closed in order. */
  readonly closed: (reason: string | undefined) => void;
}

export interface LinkTarget {
  /** Name or IPv4 address. */
  readonly host: string;
  /** UDP. */
  readonly port: number;
  /** Address of this computer to use; without it the system chooses. */
  readonly hostIp?: string | undefined;
  /** TCP port to open; 0 or none picks a free one. */
  readonly hostPort?: number | undefined;
}

/** Makes links; throws UploadError when the board's name is unknown or the port cannot be opened. */
export type OpenLink = (target: LinkTarget, events: LinkEvents) => Promise<Link>;

/** A link on Node's sockets. IPv4 only, as every espota board is. */
export async function openNodeLink(target: LinkTarget, events: LinkEvents): Promise<Link> {
  const address = await resolve(target.host);
  const connection = new BoardConnection(address, events);
  const server = await listen(target, connection);
  let udp: UdpSocket | undefined;
  try {
    udp = await openUdp(target, address, events);
  } catch (error) {
    server.close();
    throw error;
  }
  const socket = udp;
  return {
    address,
    hostAddress: socket.address().address,
    hostPort: (server.address() as AddressInfo).port,
    send: (datagram) =>
      socket.send(datagram, (error) => {
        if (error) events.unreachable(plainReason(error));
      }),
    write: (bytes) => connection.write(bytes),
    drop: () => connection.drop(),
    close: async () => {
      connection.drop();
      await Promise.all([closed(server), closed(socket)]);
    },
  };
}

/** Takes exactly one connection, and only from the board. */
class BoardConnection {
  private socket: Socket | undefined;

  constructor(
    private readonly address: string,
    private readonly events: LinkEvents,
  ) {}

  offer(socket: Socket): void {
    const from = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    if (this.socket || from !== this.address) {
      socket.on("error", () => {});
      socket.destroy();
      this.events.stranger(from);
      return;
    }
    this.socket = socket;
    let reason: string | undefined;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.ifCurrent(socket, () => this.events.received(String(text))));
    socket.on("end", () => this.gone(socket, undefined));
    socket.on("error", (error) => {
      reason = plainReason(error);
    });
    socket.on("close", () => this.gone(socket, reason));
    this.events.connected(from);
  }

  write(bytes: Uint8Array): void {
    const socket = this.socket;
    socket?.write(bytes, (error) => {
      // A failed write shows in `close`, after all that the board sent has been read.
      if (!error) this.ifCurrent(socket, () => this.events.flushed(bytes.length));
    });
  }

  drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    socket?.destroy();
  }

  private gone(socket: Socket, reason: string | undefined): void {
    this.ifCurrent(socket, () => {
      this.drop();
      this.events.closed(reason);
    });
  }

  private ifCurrent(socket: Socket, then: () => void): void {
    if (this.socket === socket) then();
  }
}

async function resolve(host: string): Promise<string> {
  try {
    return await addressOf(host);
  } catch (cause) {
    throw new UploadError("setup", "UNKNOWN_HOST", `No IPv4 address is known for ${host}.`, "", { cause });
  }
}

async function listen(target: LinkTarget, connection: BoardConnection): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => connection.offer(socket));
  const host = target.hostIp ?? "0.0.0.0";
  const port = target.hostPort ?? 0;
  try {
    server.listen({ host, port });
    await once(server, "listening");
    server.on("error", () => {});
    return server;
  } catch (cause) {
    const text = `TCP port ${port} on ${host} cannot be opened: ${plainReason(cause)}.`;
    throw new UploadError("setup", "LISTEN_FAILED", text, "", { cause });
  }
}

/** Connected to the board, so that others' datagrams never arrive and "port unreachable" does. */
async function openUdp(target: LinkTarget, address: string, events: LinkEvents): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  try {
    socket.bind({ address: target.hostIp ?? "0.0.0.0", port: 0 });
    await once(socket, "listening");
    socket.connect(target.port, address);
    await once(socket, "connect");
  } catch (cause) {
    socket.close();
    const text = `There is no way to ${address}, UDP port ${target.port}: ${plainReason(cause)}.`;
    throw new UploadError("setup", "NO_ROUTE", text, "", { cause });
  }
  socket.on("error", (error) => events.unreachable(plainReason(error)));
  socket.on("message", (data) => events.datagram(data.toString("latin1")));
  return socket;
}

function plainReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: "it is in use",
    EADDRNOTAVAIL: "this computer does not have that address",
    EACCES: "this user may not",
    ECONNREFUSED: "that address is reachable, but nothing listens on the port",
    ECONNRESET: "the other side reset it",
    EPIPE: "the other side closed it",
    EHOSTUNREACH: "the network knows no such address",
    ENETUNREACH: "this computer has no way into that network",
  };
  return words[code] ?? reasonOf(error);
}

function closed(closable: { close: (done: () => void) => unknown }): Promise<void> {
  return new Promise((done) => {
    closable.close(() => done());
  });
}
