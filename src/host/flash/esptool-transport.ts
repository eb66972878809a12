import { Transport } from "esptool-js";
import type { SerialLine } from "./serial-line.js";
import { SlipDecoder } from "./slip.js";

/**
 * A wait is counted in steps of so many ms. A step that took longer, because this computer was busy, counts as one: the
 * answer may lie there already, and esptool-js gives some of them 200 ms only.
 */
const stepMs = 20;

/**
 * esptool-js over one of our lines instead of a WebSerial port. It prints nothing on the console, wakes when bytes come
 * instead of looking every millisecond, and fails at once when the line is lost, where the original waits for each
 * timeout in turn.
 */
export class EsptoolTransport extends Transport {
  readonly #line: SerialLine;
  readonly #decoder = new SlipDecoder();
  /** Bytes as they came, for the boot log; packets are taken out of them at once. */
  #raw: number[] = [];
  #packets: Uint8Array[] = [];
  #wake: () => void = () => undefined;
  #open = false;
  /** Rejects when the line is lost or `fail` was called; never resolves. */
  readonly whenLost: Promise<never>;
  lost: Error | undefined;
  #lose: (reason: Error) => void = () => undefined;

  constructor(line: SerialLine) {
    // The original uses the port only in what is overridden below.
    super(undefined as never);
    this.#line = line;
    this.whenLost = new Promise((_resolve, reject) => {
      this.#lose = reject;
    });
    this.whenLost.catch(() => undefined);
  }

  /** Ends everything that waits on this line. */
  fail(reason: Error): void {
    this.lost ??= reason;
    this.#lose(reason);
    this.#wake();
  }

  override getInfo(): string {
    return "";
  }

  override getVid(): number | undefined {
    return this.#line.usb.vendor;
  }

  override getPid(): number | undefined {
    return this.#line.usb.product;
  }

  override trace(): void {}

  override async connect(baud = 115200): Promise<void> {
    await this.#line.open(baud, {
      onBytes: (bytes) => this.#take(bytes),
      onLost: (reason) => this.fail(reason),
    });
    this.#open = true;
    this.baudrate = baud;
  }

  /** Reading goes on from `connect` to `disconnect`. */
  override async readLoop(): Promise<void> {}

  override async disconnect(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#line.close();
  }

  override async changeBaudrate(baud: number): Promise<boolean> {
    await this.#line.setBaudRate(baud);
    this.baudrate = baud;
    return false;
  }

  override async write(data: Uint8Array): Promise<void> {
    this.#check();
    await this.#line.write(this.slipWriter(data));
  }

  override async read(timeoutMs: number): Promise<Uint8Array> {
    let left = timeoutMs;
    for (;;) {
      this.#check();
      const packet = this.#packets.shift();
      if (packet !== undefined) return packet;
      if (left <= 0) throw new Error(`no answer within ${timeoutMs} ms`);
      const step = Math.min(left, stepMs);
      const since = performance.now();
      await this.#nextBytes(step);
      left -= Math.min(step, performance.now() - since);
    }
  }

  override flushInput(): void {
    this.#raw = [];
    this.#packets = [];
  }

  override async drainInput(quietMs = 100, maxMs = 400): Promise<void> {
    const deadline = Date.now() + maxMs;
    let seen = -1;
    while (Date.now() < deadline && seen !== this.#raw.length) {
      seen = this.#raw.length;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
    this.flushInput();
  }

  override peek(): Uint8Array {
    return Uint8Array.from(this.#raw);
  }

  override async setRTS(state: boolean): Promise<void> {
    // Both at once: some drivers pass RTS on only together with DTR.
    await this.#line.setSignals({ dtr: this._DTR_state, rts: state });
  }

  override async setDTR(state: boolean): Promise<void> {
    this._DTR_state = state;
    await this.#line.setSignals({ dtr: state });
  }

  override async setSignals(dtr = false, rts = false): Promise<void> {
    this._DTR_state = dtr;
    await this.#line.setSignals({ dtr, rts });
  }

  #take(bytes: Uint8Array): void {
    // A board that floods the line must not fill the memory; its boot log is at the end.
    if (this.#raw.length < 4096) this.#raw.push(...bytes.subarray(0, 4096));
    this.#packets.push(...this.#decoder.push(bytes));
    this.#wake();
  }

  #check(): void {
    if (this.lost !== undefined) throw this.lost;
  }

  #nextBytes(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
