import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Transport } from "esptool-js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { SlipDecoder } from "../../../src/host/flash/slip.js";
import { chipFacts, type ModelledChip } from "./rom-chip.js";
import { RomLoader } from "./rom-loader.js";

export interface SerialBoardOptions {
  readonly chip: ModelledChip;
  readonly flash: NorFlash;
  /** Called with every byte that the board sends. */
  readonly send: (bytes: Uint8Array) => void;
  /** Called when the chip starts what is in flash instead of the loader. */
  readonly onRun?: () => void;
  /** Start with the boot pin low, as with the BOOT button held. */
  readonly inLoader?: boolean;
}

/** Levels as the tool asserts them; what is left out stays. */
export interface Signals {
  readonly dtr?: boolean | undefined;
  readonly rts?: boolean | undefined;
}

/** One packet as RFC 1055 sends it: the vendor's code, for the board's end of the line. */
export const slipEncode = (packet: Uint8Array): Uint8Array => Transport.prototype.slipWriter(packet);

/** Bits per second of every ROM after a reset. */
const romBaud = 115200;

/**
 * A board at the other end of a serial cable: the two transistors that turn DTR and RTS into boot pin and reset, and
 * the chip's ROM. RTS alone holds the chip in reset, DTR alone pulls the boot pin low, both or neither do nothing.
 */
export class SerialBoard {
  /** The rate of the tool's end of the line. */
  lineBaud = romBaud;
  #decoder = new SlipDecoder();
  #loader: RomLoader | undefined;
  #baud = romBaud;
  #dtr = false;
  #rts = false;

  constructor(private readonly options: SerialBoardOptions) {
    this.#start(options.inLoader ?? false);
  }

  get inLoader(): boolean {
    return this.#loader !== undefined;
  }

  /** True once the tool's stub runs. */
  get stubRuns(): boolean {
    return this.#loader?.stubRuns ?? false;
  }

  signals(lines: Signals): void {
    const wasReset = this.#inReset();
    this.#dtr = lines.dtr ?? this.#dtr;
    this.#rts = lines.rts ?? this.#rts;
    // A capacitor lets reset rise late, so both lines may change in one step.
    if (wasReset && !this.#inReset()) this.#start(this.#dtr);
    else if (this.#inReset()) this.#loader = undefined;
  }

  /** Bytes from the tool. */
  receive(bytes: Uint8Array): void {
    const loader = this.#loader;
    if (loader === undefined || this.#inReset()) return;
    // At another rate the bits are read at wrong times: nothing that arrives is what was sent.
    const heard = this.lineBaud === this.#baud ? bytes : bytes.map((byte) => byte ^ 0x55);
    for (const packet of this.#decoder.push(heard)) loader.receive(packet);
  }

  #inReset(): boolean {
    return this.#rts && !this.#dtr;
  }

  #start(download: boolean): void {
    this.#baud = romBaud;
    this.#decoder = new SlipDecoder();
    const facts = chipFacts[this.options.chip];
    const mode = download
      ? "0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n"
      : "0x13 (SPI_FAST_FLASH_BOOT)\r\n";
    this.options.send(Buffer.from(facts.greeting + mode));
    this.#loader = download
      ? new RomLoader(facts, this.options.flash, {
          send: (packet) => this.options.send(slipEncode(packet)),
          setBaudRate: (baud) => {
            this.#baud = baud;
          },
          runFlash: () => this.#start(false),
        })
      : undefined;
    if (!download) this.options.onRun?.();
  }
}

interface SerialServer {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * A board behind a serial server that passes bytes and nothing else: no DTR, no RTS, no baud rate. So it sits in its
 * loader already, as with the BOOT button held, and each connection finds it freshly reset.
 */
export async function serveSerial(chip: SerialBoardOptions["chip"], flash: NorFlash): Promise<SerialServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const connected = new SerialBoard({ chip, flash, inLoader: true, send: (bytes) => socket.write(bytes) });
    socket.on("data", (bytes) => connected.receive(bytes));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
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
