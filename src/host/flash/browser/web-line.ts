import { SluiceError } from "../../../errors/sluice-error.js";
import type { LineEvents, SerialLine } from "../serial-line.js";

/** What is used of WebSerial's SerialPort (WICG Web Serial API). */
export interface WebPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number };
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  setSignals(lines: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** A port that the user chose in the browser. */
export class WebLine implements SerialLine {
  readonly hasSignals = true;
  readonly usb: SerialLine["usb"];
  #events: LineEvents | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #reading: Promise<void> = Promise.resolve();
  #open = false;
  #closing = false;

  constructor(private readonly port: WebPort) {
    const { usbVendorId, usbProductId } = port.getInfo();
    this.usb = { vendor: usbVendorId, product: usbProductId };
  }

  async open(baud: number, events: LineEvents): Promise<void> {
    this.#events = events;
    try {
      await this.port.open({ baudRate: baud, bufferSize: 0x10000 });
    } catch (cause) {
      throw new SluiceError("PORT_NOT_OPENED", `The port cannot be opened: ${String(cause)}`, { cause });
    }
    this.#open = true;
    this.#closing = false;
    this.#reading = this.#read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    const writer = this.port.writable?.getWriter();
    if (writer === undefined) throw new Error("the port is gone");
    try {
      await writer.write(bytes);
    } finally {
      writer.releaseLock();
    }
  }

  async setSignals(lines: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    await this.port.setSignals({
      ...(lines.dtr === undefined ? {} : { dataTerminalReady: lines.dtr }),
      ...(lines.rts === undefined ? {} : { requestToSend: lines.rts }),
    });
  }

  /** WebSerial knows no other way than to close and open again. */
  async setBaudRate(baud: number): Promise<void> {
    const events = this.#events;
    await this.close();
    if (events !== undefined) await this.open(baud, events);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#closing = true;
    await this.#reader?.cancel().catch(() => undefined);
    await this.#reading;
    await this.port.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    let failure: unknown = new Error("the port is gone");
    let stream = this.port.readable;
    while (stream !== null && !this.#closing) {
      const reader = stream.getReader();
      this.#reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          this.#events?.onBytes(value);
        }
      } catch (error) {
        failure = error;
      } finally {
        reader.releaseLock();
      }
      // After a framing error and the like the port has another stream; a port that is lost has none, or the old one.
      stream = this.port.readable === stream ? null : this.port.readable;
    }
    if (!this.#closing) this.#events?.onLost(failure instanceof Error ? failure : new Error(String(failure)));
  }
}
