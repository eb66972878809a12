import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { md5Of } from "./core-bundle.js";

const patienceMs = 15_000;

/** The next `event` of an emitter, within our patience. */
async function next(emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> {
  return once(emitter, event, { signal: AbortSignal.timeout(patienceMs) });
}

/** An uploader taken apart, written from the protocol's description: each step alone, in any order, or left out. */
export class RoguePeer {
  readonly #udp = createSocket("udp4");
  readonly #server = createServer();
  readonly #heard: string[] = [];
  readonly #sockets: Socket[] = [];

  private constructor(private readonly board: { readonly host: string; readonly port: number }) {
    this.#udp.on("message", (data) => {
      this.#heard.push(data.toString("latin1"));
      this.#udp.emit("heard");
    });
    this.#server.on("connection", (socket) => {
      socket.on("error", () => undefined);
      this.#sockets.push(socket);
    });
  }

  static async open(board: { readonly host: string; readonly port: number }): Promise<RoguePeer> {
    const peer = new RoguePeer(board);
    const listening = [next(peer.#udp, "listening"), next(peer.#server, "listening")];
    peer.#udp.bind(0, "127.0.0.1");
    peer.#server.listen(0, "127.0.0.1");
    await Promise.all(listening);
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  say(text: string | Uint8Array): void {
    this.#udp.send(text, this.board.port, this.board.host);
  }

  /** The next datagram from the board. */
  async hear(): Promise<string> {
    while (this.#heard.length === 0) await next(this.#udp, "heard");
    return this.#heard.shift() ?? "";
  }

  invite(size: number, digest: string, port = this.port): void {
    this.say(`0 ${port} ${size} ${digest}\n`);
  }

  /** The answer to a nonce, in the MD5 dialect. */
  answer(nonce: string, password: string): string {
    const cnonce = randomBytes(16).toString("hex");
    return `200 ${cnonce} ${md5Of(`${md5Of(password)}:${nonce}:${cnonce}`)}\n`;
  }

  /** Invitation, challenge, answer, up to the board's OK. @returns the answer that was sent */
  async enter(size: number, digest: string, password: string, port = this.port): Promise<string> {
    this.invite(size, digest, port);
    const answer = this.answer((await this.hear()).slice("AUTH ".length), password);
    this.say(answer);
    const said = await this.hear();
    if (said !== "OK") throw new Error(`the board said ${said}`);
    return answer;
  }

  /** The board's connection. */
  async connection(): Promise<Socket> {
    const known = this.#sockets[0];
    if (known !== undefined) return known;
    return (await next(this.#server, "connection"))[0] as Socket;
  }

  /** All that the board sends until it closes. */
  async rest(socket: Socket): Promise<string> {
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
    });
    await next(socket, "end");
    return text;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = Promise.all([next(this.#udp, "close"), next(this.#server, "close")]);
    this.#udp.close();
    this.#server.close();
    await closed;
  }
}
