import type { Socket as UdpSocket } from "node:dgram";
import type { Server, Socket } from "node:net";

/** Where a board sits in this computer's network. */
export interface NetworkPlace {
  /** This computer's address for the board's sockets; 127.0.0.1. */
  readonly bind?: string;
  /** This computer's port for the board's OTA listener; 0, the default, takes a free one. */
  readonly udpPort?: number;
  /** This computer's port for the board's web server; 0, the default, takes a free one. */
  readonly httpPort?: number;
  /** Lets the board bind 5353, join multicast groups and send to them; otherwise it neither sends nor receives there. */
  readonly multicast?: boolean;
}

type Report = (event: { readonly event: string; readonly [member: string]: unknown }) => void;

const mdnsPort = 5353;

/**
 * The board's sockets in this computer's network. Keeps which port stands for which of the board's, the same for as
 * long as the board lives, and every open socket, so that a power cut can silence them.
 */
export class BoardNetwork {
  readonly bind: string;
  readonly multicast: boolean;
  readonly #place: NetworkPlace;
  readonly #report: Report;
  /** Ours by the board's. */
  readonly #ports = { udp: new Map<number, number>(), tcp: new Map<number, number>() };
  /** Connections of a board that has lost its power: they send nothing, not even a reset. */
  readonly #silent = new Set<Socket>();
  readonly #closing = new Set<Promise<void>>();
  #silencing = false;

  /** @param report takes the events `listening` and `fault` (a port could not be had) */
  constructor(place: NetworkPlace, report: Report) {
    this.bind = place.bind ?? "127.0.0.1";
    this.multicast = place.multicast ?? false;
    this.#place = place;
    this.#report = report;
  }

  /** Our port for a port of the board; undefined before it was bound. */
  port(kind: "udp" | "tcp", devicePort: number): number | undefined {
    return this.#ports[kind].get(devicePort);
  }

  /** Our port for one that the board reaches at itself; any other stays as it is. */
  reached(kind: "udp" | "tcp", host: string, port: number): number {
    const itself = host === "localhost" || host === "127.0.0.1" || host === this.bind;
    return (itself ? this.port(kind, port) : undefined) ?? port;
  }

  /** The board's port for one of ours, when it is its own that sends. */
  shown(kind: "udp" | "tcp", hostPort: number): number {
    for (const [devicePort, port] of this.#ports[kind]) if (port === hostPort) return devicePort;
    return hostPort;
  }

  /** The first port of a kind that the board has bound, ours. */
  firstPort(kind: "udp" | "tcp"): number | undefined {
    const [first] = this.#ports[kind].values();
    return first;
  }

  /** What to bind for a port of the board; undefined: nothing, the board receives nothing there. */
  wanted(kind: "udp" | "tcp", devicePort: number): number | undefined {
    const known = this.port(kind, devicePort);
    if (known !== undefined) return known;
    if (devicePort === mdnsPort) return this.multicast ? mdnsPort : undefined;
    if (kind === "udp") return this.firstPort("udp") === undefined ? (this.#place.udpPort ?? 0) : 0;
    return devicePort === 80 ? (this.#place.httpPort ?? 0) : 0;
  }

  bound(kind: "udp" | "tcp", devicePort: number, hostPort: number): void {
    if (devicePort !== mdnsPort) this.#ports[kind].set(devicePort, hostPort);
    this.#report({ event: "listening", protocol: kind, port: devicePort, hostPort });
  }

  /** A port could not be had. */
  failed(error: Error): void {
    this.#report({ event: "fault", text: error.message });
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
