import { once } from "node:events";
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

  async open(_baud: number, events: LineEvents): Promise<void> {
    const socket = connect({ host: this.host, port: this.port, noDelay: true });
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(connectTimeoutMs) });
    } catch (cause) {
      socket.destroy();
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      const why = name === "AbortError" ? `no connection within ${connectTimeoutMs} ms` : message;
      const where = `socket://${this.host}:${this.port}`;
      throw new SluiceError("PORT_NOT_OPENED", `${where} cannot be opened: ${why}`, { cause });
    }
    this.#socket = socket;
    // The tool closes and opens again when a chip does not identify itself at once: the first connection may end when
    // the second stands.
    const lost = (reason: Error): void => {
      if (this.#socket === socket) events.onLost(reason);
    };
    socket.on("data", (bytes) => events.onBytes(bytes));
    socket.on("error", lost);
    socket.on("close", () => lost(new Error("the serial server closed the connection")));
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
