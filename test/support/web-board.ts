import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { type GardenBoard, withBoard } from "./garden-board.js";
import { garden1 } from "./test-bundles.js";

export const password = "dandelion";
export const basic = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;

interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface WebRequest {
  readonly method?: string;
  readonly path?: string;
  /** Besides the password, or instead of it. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A garden whose update page is provisioned. */
export class WebBoard {
  constructor(
    readonly garden: GardenBoard,
    /** Our port for the board's web server. */
    readonly port: number,
  ) {}

  async ask(what: WebRequest = {}): Promise<WebAnswer> {
    const { method = "GET", path = "/update", headers = {}, body } = what;
    const sent = { authorization: basic, ...headers };
    const signal = AbortSignal.timeout(20_000);
    const options = { host: "127.0.0.1", port: this.port, method, path, headers: sent, agent: false, signal };
    const call = request(options).on("error", () => undefined);
    call.end(body);
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    const bytes = await buffer(answer);
    const text = answer.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: text.toString("latin1") };
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

  /** A connection of which the test writes every byte. @param localAddress of the one who connects */
  async raw(localAddress = "127.0.0.1"): Promise<Socket> {
    const options = { port: this.port, host: "127.0.0.1", localAddress };
    const socket = connect(options).on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  }
}

/**
 * An image as a form, for fetch: encoded once, and the Content-Type comes along. After a redirect (307) fetch encodes a
 * FormData once more, with another boundary than the Content-Type still names (nodejs/undici#4065), and the board finds
 * no file in it.
 */
export function formOf(image: Uint8Array, name = "image.app"): Promise<Blob> {
  const form = new FormData();
  form.append("app", new Blob([new Uint8Array(image)]), name);
  return new Response(form).blob();
}

/** Runs `use` with a board and ends the board, whatever happens. @param app garden 1 unless given */
export async function withWeb(
  use: (web: WebBoard) => Promise<void>,
  app?: Uint8Array,
  trust?: readonly string[],
): Promise<void> {
  const setup = { app: app ?? (await garden1()), password, web: true, hostname: "garden", speed: 10, trust };
  await withBoard(setup, async (garden) => {
    const { hostPort } = await garden.wait("listening", { protocol: "tcp", port: 80 });
    await use(new WebBoard(garden, Number(hostPort)));
  });
}
