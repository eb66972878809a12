import { connect, createServer, type Server, type Socket } from "node:net";
import type { Host } from "./device.js";
import type { Listener } from "./emitter.js";
import type { Machine } from "./machine.js";
import { binaryText, textBytes, typeName } from "./values.js";

/** require("net") (libs/network/jswrap_net.c). */
export function netLibrary(host: Host): unknown {
  const { machine } = host;
  return machine.object({
    connect: (options: unknown, connected: unknown) => {
      if (typeof options !== "object" || options === null)
        return machine.print(`ERROR: Expecting Options to be an Object but it was ${typeName(options)}`);
      const peer = "host" in options ? String(options.host) : "127.0.0.1";
      const port = "port" in options ? Number(options.port) : 0;
      return openTcp(host, peer, port, (socket) => {
        if (typeof connected === "function")
          machine.callEach([connected as Listener], socket.object, [socket.object]);
        machine.emitters.queue(socket.object, "drain", socket.object);
      }).object;
    },
    createServer: serverMaker(host, (socket, handler) =>
      machine.callEach([handler], undefined, [socket.object]),
    ),
  });
}

/** Connects to `peer`:`port`; reading starts after `connected` has run. */
export function openTcp(
  host: Host,
  peer: string,
  port: number,
  connected: (socket: TcpSocket) => void,
): TcpSocket {
  const plain = connect({ host: peer, port: host.device.network.reached("tcp", peer, port), family: 4 });
  const socket = new TcpSocket(host, plain);
  plain.once("connect", () => {
    host.machine.enter(() => connected(socket));
    socket.start();
  });
  return socket;
}

/**
 * createServer of net and http: gives an object with listen and close.
 * @param connection takes a connection and the firmware's handler, inside the firmware's turn
 */
export function serverMaker(
  host: Host,
  connection: (socket: TcpSocket, handler: Listener) => void,
): (handler: unknown) => unknown {
  const { machine } = host;
  const { network } = host.device;
  return (handler) => {
    if (typeof handler !== "function")
      return machine.print(`ERROR: Expecting Callback Function but got ${typeName(handler)}`);
    let server: Server | undefined;
    const listen = (port: unknown): unknown => {
      const hostPort = network.wanted("tcp", Number(port));
      if (hostPort === undefined) return object;
      const listening = createServer((plain) => {
        const socket = new TcpSocket(host, plain);
        machine.enter(() => connection(socket, handler as Listener));
        socket.start();
      });
      server = listening;
      machine.cleanup(() => network.closeServer(listening));
      listening.on("error", (error) => network.failed(error));
      listening.listen({ port: hostPort, host: network.bind }, () => {
        const address = listening.address();
        if (address && typeof address === "object" && !machine.over)
          network.bound("tcp", Number(port), address.port);
      });
      return object;
    };
    const close = (): void => {
      if (server) network.closeServer(server);
      server = undefined;
    };
    const object = machine.object({ listen, close });
    return object;
  };
}

/** Espruino's numbers for what can go wrong on a socket (libs/network/network.h). */
const socketErrors: Readonly<Record<string, [code: number, message: string]>> = {
  ECONNRESET: [-9, "connection reset"],
  ECONNREFUSED: [-9, "connection reset"],
  EPIPE: [-8, "unsent data"],
  ETIMEDOUT: [-3, "timeout"],
  EHOSTUNREACH: [-4, "no route"],
  ENETUNREACH: [-4, "no route"],
  ENOTFOUND: [-6, "not found"],
};

/**
 * An object of the firmware that data arrives at: each piece goes to its 'data' listeners at once. Without one it is
 * kept for `read`, or for the first listener.
 */
export function readableStream(
  machine: Machine,
  members: Readonly<Record<string, unknown>>,
): { readonly object: Record<string, unknown>; readonly deliver: (data: string) => void } {
  const { emitters } = machine;
  let kept = "";
  const take = (count: number): string => {
    const data = kept.slice(0, count);
    kept = kept.slice(data.length);
    return data;
  };
  const object = machine.object({
    ...members,
    available: () => kept.length,
    read: (count: unknown) => take(Number(count) || kept.length),
    pipe: machine.pipe,
  });
  emitters.whenAdded(object, (event) => {
    if (event === "data" && kept) emitters.queue(object, "data", take(kept.length));
  });
  const deliver = (data: string): void => {
    if (!emitters.now(object, "data", data)) kept += data;
  };
  return { object, deliver };
}

/**
 * A TCP connection as Espruino shows it: binary strings of at most `tcpChunk` bytes, one in each turn of the idle
 * loop, given to the 'data' handler at once, so that a slow handler holds the sender back. Without a handler all that
 * arrives is kept in memory. `write` always returns false; 'drain' comes when all is on its way.
 */
export class TcpSocket {
  readonly object: Record<string, unknown>;
  private readonly forget: () => void;
  private readonly toProgram: (data: string) => void;
  private ending = false;
  private closed = false;
  /** The HTTP library listens for itself; these run inside the firmware's turn. */
  onData: ((data: string) => void) | undefined;
  onClose: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  onError: ((code: number, message: string) => void) | undefined;

  constructor(
    private readonly host: Host,
    private readonly socket: Socket,
  ) {
    const { machine, device } = host;
    const stream = readableStream(machine, {
      write: (data: unknown) => this.write(String(data)),
      end: (data: unknown) => this.end(data === undefined ? "" : String(data)),
    });
    this.object = stream.object;
    this.toProgram = stream.deliver;
    this.forget = machine.cleanup(() => device.network.drop(socket));
    socket.setNoDelay(true);
    socket.on("error", (error: NodeJS.ErrnoException) => this.failed(error.code ?? ""));
    socket.on("end", () => this.close(false));
    socket.on("close", () => this.close(false));
  }

  /** Begins to read; the connection is made and the program knows it. */
  start(): void {
    this.socket.on("readable", () => this.pump());
    this.pump();
  }

  write(data: string): boolean {
    if (this.closed || this.ending) throw this.host.realm.error("Error", "This socket is closed");
    this.socket.write(textBytes(data), () => {
      if (this.closed || this.ending || this.socket.writableLength > 0) return;
      this.onDrain?.();
      this.host.machine.emitters.queue(this.object, "drain", this.object);
    });
    return false;
  }

  /** Sends what is left and closes both ways. */
  end(data: string): void {
    if (this.closed || this.ending) return;
    if (data) this.write(data);
    this.ending = true;
    this.socket.end(() => this.close(false));
  }

  private pump(): void {
    if (this.host.machine.over || this.closed) return;
    const length = Math.min(this.socket.readableLength, this.host.device.espruino.tcpChunk);
    const data: Buffer | null = this.socket.read(length > 0 ? length : undefined);
    if (!data) return;
    this.host.machine.enter(() => this.deliver(binaryText(data)));
    setImmediate(() => this.pump());
  }

  private deliver(data: string): void {
    if (this.onData) this.onData(data);
    else if (!this.ending) this.toProgram(data);
  }

  private failed(errno: string): void {
    if (this.closed) return;
    const [code, message] = socketErrors[errno] ?? [-10, "unknown error"];
    this.onError?.(code, message);
    this.host.machine.emitters.queue(this.object, "error", this.host.realm.object({ code, message }));
    this.close(true);
  }

  private close(hadError: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.forget();
    this.linger();
    const { emitters } = this.host.machine;
    this.host.machine.enter(() => {
      this.onClose?.();
      emitters.now(this.object, "end");
      emitters.now(this.object, "close", hadError);
    });
  }

  /** What the peer still sends is read and dropped: closing over unread bytes would take back what we sent last. */
  private linger(): void {
    const socket = this.socket;
    socket.removeAllListeners();
    socket.on("error", () => undefined);
    if (!socket.writableEnded) socket.end();
    const forget = this.host.machine.cleanup(() => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), 1000);
    socket.once("close", () => {
      clearTimeout(timer);
      forget();
    });
    socket.resume();
  }
}
