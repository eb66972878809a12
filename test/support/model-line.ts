import type { LineEvents, SerialLine } from "../../src/host/flash/serial-line.js";
import { SerialBoard, type SerialBoardOptions, type Signals } from "./rom-loader/serial-board.js";

/** The cable between a tool and a model board, in this process; bytes arrive a turn later. */
export class ModelLine implements SerialLine {
  readonly hasSignals = true;
  readonly usb = { vendor: undefined, product: undefined };
  readonly board: SerialBoard;
  #left = Number.POSITIVE_INFINITY;
  #events: LineEvents | undefined;
  isOpen = false;

  /** @param noise what comes back for bytes that were sent, where no board is at the other end of the line */
  constructor(
    options: Omit<SerialBoardOptions, "send">,
    private readonly noise?: (sent: Uint8Array) => Uint8Array,
  ) {
    const send = (bytes: Uint8Array): void => this.#pass(Uint8Array.from(bytes));
    this.board = new SerialBoard({ ...options, send: noise === undefined ? send : () => undefined });
  }

  async open(baud: number, events: LineEvents): Promise<void> {
    this.#events = events;
    this.isOpen = true;
    this.board.lineBaud = baud;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) throw new Error("the line is not open");
    this.#left -= bytes.length;
    if (this.#left <= 0) {
      this.pull();
      throw new Error("the port is gone");
    }
    const copy = Uint8Array.from(bytes);
    if (this.noise !== undefined) this.#pass(this.noise(copy));
    else setImmediate(() => this.isOpen && this.board.receive(copy));
  }

  /** Pulls the plug once the tool has sent so many bytes from now on. */
  pullAfterMore(bytes: number): void {
    this.#left = bytes;
  }

  /** As when the plug is pulled. */
  pull(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#events?.onLost(new Error("the port is gone"));
  }

  async setSignals(lines: Signals): Promise<void> {
    this.board.signals(lines);
  }

  async setBaudRate(baud: number): Promise<void> {
    this.board.lineBaud = baud;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  #pass(bytes: Uint8Array): void {
    setImmediate(() => this.isOpen && this.#events?.onBytes(bytes));
  }
}
