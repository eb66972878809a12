import { createServer, type Server, type Socket } from "node:net";
import type { BoardClock } from "../clock.js";
import { type BoardNetwork, nativeUpdaterPort } from "../espruino/network.js";
import type { NorFlash } from "../nor-flash.js";
import { PowerCut } from "../power-cut.js";
import { type RequestHost, UpdaterRequest } from "./request.js";
import type { SdkUpgrade } from "./sdk-upgrade.js";

export interface UpdaterServerOptions {
  readonly flash: NorFlash;
  readonly map: number;
  readonly upgrade: SdkUpgrade;
  readonly network: BoardNetwork;
  readonly clock: BoardClock;
  /** The chip restarts into the image that was chosen. */
  readonly onRestart: () => void;
  /** The power went in the middle of a flash operation. */
  readonly onPowerCut: () => void;
  /** Somebody came, and what he was answered: for the board's log. */
  readonly onVisit: (text: string) => void;
}

/** Bytes of a TCP segment as lwIP hands it on: TCP_MSS of Espruino's build. */
const segmentLength = 536;
const idleMs = 30_000;
const rebootMs = 2000;

/**
 * Port 88 of Espruino on an ESP8266: starts before any JavaScript does (targets/esp8266/user_main.c), serves whoever
 * comes, one at a time; who comes second throws the first one out.
 */
export class UpdaterServer {
  readonly #options: UpdaterServerOptions;
  readonly #server: Server;
  #current: Socket | undefined;
  #cancelIdle: () => void = () => undefined;
  #cancelReboot: () => void = () => undefined;
  #ended = false;

  constructor(options: UpdaterServerOptions) {
    this.#options = options;
    const { network } = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.on("error", (error) => network.options.onError(error));
    this.#server.listen(
      { port: network.wanted("tcp", nativeUpdaterPort), host: network.options.bind },
      () => {
        const address = this.#server.address();
        if (!this.#ended && address !== null && typeof address === "object")
          network.bound("tcp", nativeUpdaterPort, address.port);
      },
    );
  }

  /** The chip restarts or loses its power; which of the two, `network` knows. */
  end(): void {
    this.#ended = true;
    this.#cancelIdle();
    this.#cancelReboot();
    if (this.#current) this.#options.network.drop(this.#current);
    this.#options.network.closeServer(this.#server);
  }

  #accept(socket: Socket): void {
    const { flash, map, upgrade, network, onVisit } = this.#options;
    if (this.#ended) {
      network.drop(socket);
      return;
    }
    this.#current?.destroy();
    this.#current = socket;
    const host: RequestHost = {
      flash,
      map,
      upgrade,
      respond: (text) => {
        onVisit(`${request.line}: ${text.slice(9, text.indexOf("\r\n"))}`);
        socket.write(text, "latin1");
      },
      abort: () => socket.destroy(),
      scheduleReboot: () => this.#scheduleReboot(),
    };
    const request = new UpdaterRequest(host);
    onVisit("connection");
    this.#watchIdle(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      if (this.#ended || this.#current !== socket) return;
      this.#watchIdle(socket);
      this.#guarded(() => {
        for (let at = 0; at < data.length && !socket.destroyed; at += segmentLength)
          request.receive(data.subarray(at, at + segmentLength));
      });
    });
  }

  #watchIdle(socket: Socket): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(idleMs, () => socket.destroy());
  }

  #scheduleReboot(): void {
    this.#cancelReboot();
    this.#cancelReboot = this.#options.clock.after(rebootMs, () =>
      this.#guarded(() => {
        if (this.#options.upgrade.switchOver()) this.#options.onRestart();
      }),
    );
  }

  #guarded(job: () => void): void {
    try {
      job();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#options.onPowerCut();
    }
  }
}
