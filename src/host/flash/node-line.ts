import type { SerialPort } from "serialport";
import { SluiceError } from "../../errors/sluice-error.js";
import { hintsFor } from "./port-hints.js";
import type { LineEvents, SerialLine } from "./serial-line.js";

/** A serial port of this computer, by its path: /dev/ttyUSB0, COM3. */
export class NodeLine implements SerialLine {
  readonly hasSignals: boolean = true;
  #port: SerialPort | undefined;

  constructor(
    readonly path: string,
    readonly usb: SerialLine["usb"],
  ) {}

  async open(baud: number, events: LineEvents): Promise<void> {
    const { SerialPort } = await import("serialport");
    const port = new SerialPort({ path: this.path, baudRate: baud, autoOpen: false, hupcl: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error === null || error === undefined) resolve();
        else reject(notOpened(this.path, error));
      });
    });
    this.#port = port;
    port.on("data", (bytes: Buffer) => events.onBytes(bytes));
    const lost = (reason: Error): void => {
      if (this.#port === port) events.onLost(reason);
    };
    port.on("error", lost);
    port.on("close", (error: Error | null) => lost(error ?? new Error(`${this.path} closed`)));
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#call((port, done) => {
      port.write(Buffer.from(bytes), (error) => (error ? done(error) : port.drain(done)));
    });
  }

  setSignals(lines: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    return this.#call((port, done) => port.set({ ...lines }, done));
  }

  setBaudRate(baud: number): Promise<void> {
    return this.#call((port, done) => port.update({ baudRate: baud }, done));
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (port === undefined || !port.isOpen) return;
    await new Promise<void>((resolve) => port.close(() => resolve()));
  }

  #call(use: (port: SerialPort, done: (error?: Error | null) => void) => void): Promise<void> {
    const port = this.#port;
    if (port === undefined) return Promise.reject(new Error(`${this.path} is not open`));
    return new Promise((resolve, reject) => {
      use(port, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function notOpened(path: string, cause: Error): SluiceError {
  return new SluiceError(
    "PORT_NOT_OPENED",
    `${path} cannot be opened: ${cause.message}${hintsFor(cause.message)}`,
    {
      cause,
    },
  );
}
