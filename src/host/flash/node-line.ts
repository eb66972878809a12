import type { SerialPort } from "serialport";
import { SluiceError } from "../../errors/sluice-error.js";
import { needPackage } from "../../node/optional-package.js";
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
    needPackage("serialport", "Serial ports need");
    const { SerialPort } = await import("serialport");
    const port = new SerialPort({ path: this.path, baudRate: baud, autoOpen: false, hupcl: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error === null || error === undefined) return resolve();
        const why = `${this.path} cannot be opened: ${error.message}${hintsFor(error.message)}`;
        reject(new SluiceError("PORT_NOT_OPENED", why, { cause: error }));
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

/** What to do about the usual reasons why an operating system does not open a port; "" for the others. */
function hintsFor(message: string): string {
  if (/permission|access denied|EACCES/i.test(message))
    return "; you may not use it: on Linux join the group that owns it (dialout or uucp) and log in again";
  if (/lock|busy|EBUSY/i.test(message)) return "; another program has it: close the serial monitor";
  if (/no such file|ENOENT|file not found/i.test(message))
    return "; it is not there: `sluice flash --list` shows the ports, and some cables carry power only";
  if (/ioctl|ENOTTY/i.test(message)) return "; it is no serial port";
  return "";
}
