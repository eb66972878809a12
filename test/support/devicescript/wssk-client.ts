import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { Direction, Side, sessionKey } from "../../../src/devicescript/gateway/wssk/session.js";
import type { BoardModel } from "./board-model.js";

/** The runtime's side of WSSK as wssk.c has it; carries a BoardModel. */
export class WsskClient {
  readonly closed: Promise<string>;
  /** What the gateway answered instead of an upgrade, or what ended the session. */
  trouble = "";
  private toGateway: Direction | undefined;
  private toBoard: Direction | undefined;
  private isOpen = false;
  private readonly socket: WebSocket;
  private readonly random = randomBytes(16);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    connection: string,
    private readonly model: BoardModel,
    private readonly onOpen: () => void = () => undefined,
  ) {
    const { password, host, pathname } = new URL(connection);
    const master = Buffer.from(password, "hex");
    this.socket = new WebSocket(`ws://${host}${pathname}`, `devs-key-${this.random.toString("hex")}`, {
      perMessageDeflate: false,
    });
    this.socket.on("message", (data: Buffer) => this.receive(master, data));
    this.socket.on("error", (error) => {
      this.trouble ||= error.message;
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", () => {
        clearInterval(this.timer);
        resolve(this.trouble);
      });
      this.socket.on("unexpected-response", (_request, response) => {
        this.trouble = `${response.statusCode} ${response.statusMessage}`;
        this.socket.terminate();
      });
    });
  }

  close(): void {
    this.socket.terminate();
  }

  private receive(master: Buffer, data: Buffer): void {
    if (this.toBoard === undefined) {
      const key = sessionKey(master, this.random, data.subarray(8, 24));
      this.toGateway = new Direction(key, Side.Board);
      this.toBoard = new Direction(key, Side.Gateway);
      this.socket.send(this.toGateway.seal(Buffer.alloc(32)));
      return;
    }
    const plain = this.toBoard.open(data);
    if (plain === undefined) {
      this.trouble = "tag error";
      this.socket.terminate();
      return;
    }
    if (this.isOpen) this.model.receive(plain);
    else {
      this.isOpen = true;
      this.model.connected();
      // The model's own time: a crashed program starts again.
      this.timer = setInterval(() => {
        this.model.tick();
        this.flush();
      }, 20);
      this.onOpen();
    }
    this.flush();
  }

  private flush(): void {
    for (const message of this.model.take())
      if (this.toGateway !== undefined) this.socket.send(this.toGateway.seal(message));
  }
}
