import { connect, type Socket } from "node:net";
import { SluiceError } from "../../errors/sluice-error.js";
import type { LineEvents, SerialLine } from "./serial-line.js";

const connectTimeoutMs = 5000;

/**
 * A serial server that passes bytes and nothing else (socket://host:port, as pySerial calls it). There is no reset and
 * no baud rate: the board must sit in its loader already, its BOOT button held while it was powered.
 */
export class SocketLine implements SerialLine {
  readonly hasSignals = false;
  readonly usb = { vendor: undefined, product: undefined };
  #socket: Socket | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  open(_baud: number, events: LineEvents): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port, timeout: connectTimeoutMs });
      const failed = (cause: Error): void => {
        socket.destroy();
        const where = `socket://${this.host}:${this.port}`;
        reject(new SluiceError("PORT_NOT_OPENED", `${where} cannot be opened: ${cause.message}`, { cause }));
      };
      socket.once("error", failed);
      socket.once("timeout", () => failed(new Error(`no connection within ${connectTimeoutMs} ms`)));
      socket.once("connect", () => {
        socket.setTimeout(0);
        socket.setNoDelay(true);
        socket.removeAllListeners("error");
        this.#socket = socket;
        // The tool closes and opens again when a chip does not say at once what it is: the first connection may end
        // when the second stands.
        const lost = (reason: Error): void => {
          if (this.#socket === socket) events.onLost(reason);
        };
        socket.on("data", (bytes) => events.onBytes(bytes));
        socket.on("error", lost);
        socket.on("close", () => lost(new Error("the serial server closed the connection")));
        resolve();
      });
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.reject(new Error("the connection is not open"));
    return new Promise((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async setSignals(): Promise<void> {}

  async setBaudRate(): Promise<void> {}

  /** Resolves when the connection has ended: a serial server has one board, and may refuse a second one. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.closed) return;
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.destroy();
    await ended;
  }
}
