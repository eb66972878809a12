import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What a server does with a request: `head` is all of it, `nth` counts from 0. */
export type Behaviour = (socket: Socket, head: string, nth: number) => void;

/** A server on loopback that behaves as badly as a test wants. */
export class FaultyServer {
  /** Heads of the requests so far. */
  readonly heads: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(behaviour: Behaviour) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
      let head = "";
      const read = (data: Buffer): void => {
        head += data.toString("latin1");
        if (!head.includes("\r\n\r\n")) return;
        socket.off("data", read);
        this.heads.push(head);
        behaviour(socket, head, this.heads.length - 1);
        socket.resume();
      };
      socket.on("data", read);
    });
  }

  static async start(behaviour: Behaviour): Promise<FaultyServer> {
    const faulty = new FaultyServer(behaviour);
    faulty.#server.listen(0, "127.0.0.1");
    await once(faulty.#server, "listening");
    return faulty;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/update`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/**
 * Hands a request on to another server and its answer back.
 * @param bytes of the answer after which the connection breaks; undefined: none
 */
export function passOn(socket: Socket, head: string, port: number, bytes?: number): void {
  const other = connect(port, "127.0.0.1", () => other.write(head, "latin1"));
  let rest = bytes ?? Infinity;
  other.on("error", () => socket.destroy());
  other.on("data", (data) => {
    const piece = data.subarray(0, Math.min(rest, data.length));
    rest -= piece.length;
    socket.write(piece, () => {
      if (rest <= 0) socket.destroy();
    });
    if (rest <= 0) other.destroy();
  });
  other.on("end", () => socket.end());
  socket.on("close", () => other.destroy());
  socket.on("data", () => undefined);
}
