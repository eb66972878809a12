import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { makeFlash } from "../../src/board/board-flash.js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { GardenBoard } from "./garden-board.js";
import { esp32, garden1, storageOf, writeStorage } from "./test-bundles.js";

export const password = "dandelion";
export const basic = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;

export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebRequest {
  readonly method?: string;
  readonly path?: string;
  /** Besides the password; an empty value leaves a header out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A garden whose update page is provisioned. @param app what it starts with, garden 1 unless given */
export class WebBoard {
  private constructor(
    readonly garden: GardenBoard,
    /** Our port for the board's web server. */
    readonly port: number,
  ) {}

  static async start(app?: Uint8Array, devicePort = 80, speed = 10): Promise<WebBoard> {
    const garden = await GardenBoard.start({
      password,
      speed,
      flash: await webFlash(app ?? (await garden1())),
    });
    await garden.wait("listening", { protocol: "tcp", port: devicePort });
    const heard = garden.events.find(({ event, port }) => event === "listening" && port === devicePort);
    return new WebBoard(garden, Number(heard?.["hostPort"]));
  }

  ask(what: WebRequest = {}): Promise<WebAnswer> {
    const { method = "GET", path = "/update", headers = {}, body } = what;
    const all = { authorization: basic, ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
    return new Promise((resolve, reject) => {
      const call = request({ port: this.port, host: "127.0.0.1", method, path, headers: sent, agent: false });
      call.setTimeout(20_000, () => call.destroy(new Error("no answer")));
      call.on("error", reject);
      call.on("response", (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(pieces);
          const packed = response.headers["content-encoding"] === "gzip";
          const text = (packed ? gunzipSync(bytes) : bytes).toString("latin1");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      call.end(body);
    });
  }

  /** POSTs an image, once more when the board redirects, as browsers do. */
  async post(body: string | Uint8Array, more: WebRequest = {}): Promise<WebAnswer> {
    const first = await this.ask({ method: "POST", body, ...more });
    if (first.status !== 307) return first;
    return this.ask({ method: "POST", body, ...more, path: String(first.headers.location) });
  }

  async status(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.ask({ path: "/update/status" })).body) as Record<string, unknown>;
  }

  /** A connection of which the test writes every byte. */
  raw(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, "127.0.0.1", () => resolve(socket));
      socket.on("error", reject);
    });
  }

  stop(): Promise<void> {
    return this.garden.stop();
  }
}

const chips = new Map<Uint8Array, NorFlash>();

async function webFlash(app: Uint8Array): Promise<NorFlash> {
  const storage = await storageOf({ app, password, web: true, hostname: "garden" });
  let chip = chips.get(storage);
  if (chip === undefined) {
    chip = makeFlash(esp32);
    writeStorage(chip, esp32, storage);
    chips.set(storage, chip);
  }
  return chip.fork();
}

/** Runs `use` with a board and ends the board, whatever happens. */
export async function withWeb(use: (web: WebBoard) => Promise<void>, app?: Uint8Array): Promise<void> {
  const web = await WebBoard.start(app);
  try {
    await use(web);
  } finally {
    await web.stop();
  }
}
