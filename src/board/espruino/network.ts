import type { Socket as UdpSocket } from "node:dgram";
import type { Server, Socket } from "node:net";

export interface NetworkOptions {
  /** Address of ours that the board's sockets sit on. */
  readonly bind: string;
  /** Our port for the board's OTA listener; 0 takes a free one. */
  readonly udpPort: number;
  /** Our port for the board's web server; 0 takes a free one. */
  readonly httpPort: number;
  /** True lets the board bind 5353, join multicast groups and send to them; otherwise nothing of it is heard. */
  readonly multicast: boolean;
  /** A port could not be had. */
  readonly onError: (error: Error) => void;
  readonly onListening: (kind: "udp" | "tcp", devicePort: number, hostPort: number) => void;
}

const mdnsPort = 5353;

/**
 * The board's place in our network. Keeps which of our ports stands for which of the board's, the same for as long as
 * the board lives, and every open socket, so that a power cut can silence them.
 */
export class BoardNetwork {
  readonly options: NetworkOptions;
  readonly #ports = new Map<string, number>();
  /** Connections of a board that has lost its power: they say nothing, not even goodbye. */
  readonly #silent = new Set<Socket>();
  readonly #closing = new Set<Promise<void>>();
  #silencing = false;

  constructor(options: NetworkOptions) {
    this.options = options;
  }

  /** Our port for a port of the board; undefined before it was bound. */
  port(kind: "udp" | "tcp", devicePort: number): number | undefined {
    return this.#ports.get(`${kind}:${devicePort}`);
  }

  /** Our port for one that the board reaches at itself; any other is what it says. */
  reached(kind: "udp" | "tcp", host: string, port: number): number {
    const itself = host === "localhost" || host === "127.0.0.1" || host === this.options.bind;
    return (itself ? this.port(kind, port) : undefined) ?? port;
  }

  /** The board's port for one of ours, when it is its own that sends. */
  shown(kind: "udp" | "tcp", hostPort: number): number {
    for (const [key, port] of this.#ports)
      if (port === hostPort && key.startsWith(kind)) return Number(key.split(":")[1]);
    return hostPort;
  }

  /** The first port of a kind that the board has bound, ours. */
  firstPort(kind: "udp" | "tcp"): number | undefined {
    for (const [key, port] of this.#ports) if (key.startsWith(kind)) return port;
    return undefined;
  }

  /** What to bind for a port of the board; undefined: nothing, the board is deaf there. */
  wanted(kind: "udp" | "tcp", devicePort: number): number | undefined {
    const known = this.port(kind, devicePort);
    if (known !== undefined) return known;
    if (devicePort === mdnsPort) return this.options.multicast ? mdnsPort : undefined;
    if (kind === "udp") return this.firstPort("udp") === undefined ? this.options.udpPort : 0;
    return devicePort === 80 ? this.options.httpPort : 0;
  }

  bound(kind: "udp" | "tcp", devicePort: number, hostPort: number): void {
    if (devicePort !== mdnsPort) this.#ports.set(`${kind}:${devicePort}`, hostPort);
    this.options.onListening(kind, devicePort, hostPort);
  }

  /** Runs a job that ends sockets as a power cut does: nothing is sent any more. */
  silently(job: () => void): void {
    this.#silencing = true;
    try {
      job();
    } finally {
      this.#silencing = false;
    }
  }

  /** Ends a connection because its board restarts: the peer sees a reset, or nothing when the power went. */
  drop(socket: Socket): void {
    socket.removeAllListeners();
    socket.on("error", () => undefined);
    if (socket.destroyed) return;
    if (this.#silencing) {
      socket.pause();
      this.#silent.add(socket);
    } else if (socket.connecting) socket.destroy();
    else socket.resetAndDestroy();
  }

  closeUdp(socket: UdpSocket): void {
    socket.removeAllListeners();
    socket.on("error", () => undefined);
    this.#track((done) => socket.close(done));
  }

  closeServer(server: Server): void {
    server.removeAllListeners();
    server.on("error", () => undefined);
    if (server.listening) this.#track((done) => server.close(() => done()));
  }

  /** The board has power again: to its old connections it answers with a reset. */
  wake(): void {
    for (const socket of this.#silent) socket.resetAndDestroy();
    this.#silent.clear();
  }

  /** Resolves when everything that was closed is closed. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #track(close: (done: () => void) => void): void {
    const closed = new Promise<void>((resolve) => {
      try {
        close(resolve);
      } catch {
        resolve(); // it was not open yet
      }
    });
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }
}
