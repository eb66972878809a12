import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Transport } from "esptool-js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import type { LineEvents, SerialLine } from "../../src/host/flash/serial-line.js";
import { SlipDecoder } from "../../src/host/flash/slip.js";
import { chipFacts, type ModelledChip } from "./rom-loader/rom-chip.js";
import { RomLoader } from "./rom-loader/rom-loader.js";

interface ModelOptions {
  readonly chip: ModelledChip;
  readonly flash: NorFlash;
  /** Called when the chip starts what is in flash instead of the loader. */
  readonly onRun?: () => void;
  /** Start with the boot pin low, as with the BOOT button held. */
  readonly inLoader?: boolean;
}

/** One packet as RFC 1055 sends it: the vendor's code, for the board's end of the line. */
export const slipEncode = (packet: Uint8Array): Uint8Array => Transport.prototype.slipWriter(packet);

/** Bits per second of every ROM after a reset. */
const romBaud = 115200;

/**
 * A serial cable with a model board at its end, in this process; bytes arrive a turn later. Two transistors turn DTR and
 * RTS into boot pin and reset: RTS alone holds the chip in reset, DTR alone pulls the boot pin low, both or neither do
 * nothing.
 */
export class ModelLine implements SerialLine {
  readonly hasSignals = true;
  readonly usb = { vendor: undefined, product: undefined };
  isOpen = false;
  /** The rate of the tool's end of the line. */
  lineBaud = romBaud;
  #loader: RomLoader | undefined;
  #decoder = new SlipDecoder();
  #baud = romBaud;
  #dtr = false;
  #rts = false;
  #left = Number.POSITIVE_INFINITY;
  #events: LineEvents | undefined;

  /** @param noise what comes back for bytes that were sent, where no board is at the other end of the line */
  constructor(
    private readonly options: ModelOptions,
    private readonly noise?: (sent: Uint8Array) => Uint8Array,
  ) {
    this.#start(options.inLoader ?? false);
  }

  get inLoader(): boolean {
    return this.#loader !== undefined;
  }

  /** True once the tool's stub runs. */
  get stubRuns(): boolean {
    return this.#loader?.stubRuns ?? false;
  }

  async open(baud: number, events: LineEvents): Promise<void> {
    this.#events = events;
    this.isOpen = true;
    this.lineBaud = baud;
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
    else setImmediate(() => this.isOpen && this.#receive(copy));
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

  async setSignals(lines: {
    readonly dtr?: boolean | undefined;
    readonly rts?: boolean | undefined;
  }): Promise<void> {
    const wasReset = this.#inReset();
    this.#dtr = lines.dtr ?? this.#dtr;
    this.#rts = lines.rts ?? this.#rts;
    // A capacitor lets reset rise late, so both lines may change in one step.
    if (wasReset && !this.#inReset()) this.#start(this.#dtr);
    else if (this.#inReset()) this.#loader = undefined;
  }

  async setBaudRate(baud: number): Promise<void> {
    this.lineBaud = baud;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  #receive(bytes: Uint8Array): void {
    const loader = this.#loader;
    if (loader === undefined || this.#inReset()) return;
    // At another rate the bits are read at wrong times: nothing that arrives is what was sent.
    const arrived = this.lineBaud === this.#baud ? bytes : bytes.map((byte) => byte ^ 0x55);
    for (const packet of this.#decoder.push(arrived)) loader.receive(packet);
  }

  #inReset(): boolean {
    return this.#rts && !this.#dtr;
  }

  #start(download: boolean): void {
    const { chip, flash, onRun } = this.options;
    const send = (bytes: Uint8Array): void => {
      if (this.noise === undefined) this.#pass(Uint8Array.from(bytes));
    };
    this.#baud = romBaud;
    this.#decoder = new SlipDecoder();
    const mode = download
      ? "0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n"
      : "0x13 (SPI_FAST_FLASH_BOOT)\r\n";
    send(Buffer.from(chipFacts[chip].greeting + mode));
    this.#loader = download
      ? new RomLoader(chipFacts[chip], flash, {
          send: (packet) => send(slipEncode(packet)),
          setBaudRate: (baud) => {
            this.#baud = baud;
          },
          runFlash: () => this.#start(false),
        })
      : undefined;
    if (!download) onRun?.();
  }

  #pass(bytes: Uint8Array): void {
    setImmediate(() => this.isOpen && this.#events?.onBytes(bytes));
  }
}

/**
 * A board behind a serial server that passes bytes and nothing else: no DTR, no RTS, no baud rate. So it sits in its
 * loader already, as with the BOOT button held, and each connection finds it freshly reset.
 */
export async function serveSerial(
  chip: ModelledChip,
  flash: NorFlash,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const line = new ModelLine({ chip, flash, inLoader: true });
    void line.open(romBaud, { onBytes: (bytes) => socket.write(bytes), onLost: () => undefined });
    socket.on("data", (bytes) => void line.write(bytes));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      void line.close();
      sockets.delete(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
