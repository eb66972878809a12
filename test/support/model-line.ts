import { SerialBoard, type SerialBoardOptions } from "../../src/board/rom-loader/serial-board.js";
import type { LineEvents, SerialLine } from "../../src/host/flash/serial-line.js";

/** The cable between a tool and a model board, in this process; bytes arrive a turn later. */
export class ModelLine implements SerialLine {
  readonly hasSignals = true;
  readonly usb = { vendor: undefined, product: undefined };
  readonly board: SerialBoard;
  /** Bytes from the tool so far. */
  sent = 0;
  /** Pulls the cable once the tool has sent so many bytes. */
  pullAfter = Number.POSITIVE_INFINITY;
  #events: LineEvents | undefined;
  #open = false;

  constructor(options: Omit<SerialBoardOptions, "send">) {
    this.board = new SerialBoard({ ...options, send: (bytes) => this.#deliver(Uint8Array.from(bytes)) });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async open(baud: number, events: LineEvents): Promise<void> {
    this.#events = events;
    this.#open = true;
    this.board.lineBaud = baud;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#open) throw new Error("the line is not open");
    this.sent += bytes.length;
    if (this.sent >= this.pullAfter) {
      this.pull();
      throw new Error("the port is gone");
    }
    const copy = Uint8Array.from(bytes);
    setImmediate(() => this.#open && this.board.receive(copy));
  }

  /** As when the plug is pulled. */
  pull(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events?.onLost(new Error("the port is gone"));
  }

  async setSignals(lines: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    this.board.signals(lines);
  }

  async setBaudRate(baud: number): Promise<void> {
    this.board.lineBaud = baud;
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #deliver(bytes: Uint8Array): void {
    setImmediate(() => this.#open && this.#events?.onBytes(bytes));
  }
}
