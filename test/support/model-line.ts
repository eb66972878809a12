import type { LineEvents, SerialLine } from "../../src/host/flash/serial-line.js";
import { SerialBoard, type SerialBoardOptions } from "./rom-loader/serial-board.js";

/** The cable between a tool and a model board, in this process; bytes arrive a turn later. */
export class ModelLine implements SerialLine {
  readonly hasSignals = true;
  readonly usb = { vendor: undefined, product: undefined };
  readonly board: SerialBoard;
  #left = Number.POSITIVE_INFINITY;
  #mute: boolean;
  #echo = false;
  #babble: Uint8Array | undefined;
  #events: LineEvents | undefined;
  #open = false;

  /** @param options with `mute`, there is no board at the other end of the line */
  constructor(options: Omit<SerialBoardOptions, "send"> & { readonly mute?: boolean }) {
    this.#mute = options.mute ?? false;
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
    this.#left -= bytes.length;
    if (this.#left <= 0) {
      this.pull();
      throw new Error("the port is gone");
    }
    const copy = Uint8Array.from(bytes);
    const other = this.#echo ? copy : this.#babble;
    if (other !== undefined) this.#pass(other);
    if (!this.#mute) setImmediate(() => this.#open && this.board.receive(copy));
  }

  /** Pulls the plug once the tool has sent so many bytes from now on. */
  pullAfterMore(bytes: number): void {
    this.#left = bytes;
  }

  /** Whatever is sent comes back. */
  echo(): void {
    this.#echo = true;
  }

  /** Whatever is sent, this is the answer. */
  babble(text: string): void {
    this.#babble = Buffer.from(text, "latin1");
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
    if (!this.#mute) this.#pass(bytes);
  }

  #pass(bytes: Uint8Array): void {
    setImmediate(() => this.#open && this.#events?.onBytes(bytes));
  }
}
