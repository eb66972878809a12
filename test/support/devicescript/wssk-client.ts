import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import type { BoardModel } from "./board-model.js";

const tag = 4;

/** The runtime's side of WSSK as wssk.c has it, written without the gateway's code; carries a BoardModel. */
export class WsskClient {
  readonly closed: Promise<string>;
  /** What the gateway answered instead of an upgrade, or what ended the session. */
  trouble = "";
  private key: Buffer = Buffer.alloc(0);
  private sent = nonce(1);
  private received = nonce(2);
  private state: "hello" | "proof" | "open" = "hello";
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
    if (this.state === "hello") {
      const info = Buffer.concat([this.random, data.subarray(8, 24)]);
      this.key = Buffer.from(hkdfSync("sha256", master, "", info, 32));
      this.state = "proof";
      this.seal(Buffer.alloc(32));
      return;
    }
    const plain = this.open(data);
    if (plain === undefined) {
      this.trouble = "tag error";
      this.socket.terminate();
      return;
    }
    if (this.state === "proof") {
      this.state = "open";
      this.model.connected();
      // The model's own time: a crashed program starts again.
      this.timer = setInterval(() => {
        this.model.tick();
        this.flush();
      }, 20);
      this.onOpen();
    } else this.model.receive(plain);
    this.flush();
  }

  private flush(): void {
    for (const message of this.model.take()) this.seal(Buffer.from(message));
  }

  private seal(plain: Buffer): void {
    const cipher = createCipheriv("aes-256-ccm", this.key, this.sent, { authTagLength: tag });
    this.socket.send(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    count(this.sent);
  }

  private open(sealed: Buffer): Buffer | undefined {
    const decipher = createDecipheriv("aes-256-ccm", this.key, this.received, { authTagLength: tag });
    decipher.setAuthTag(sealed.subarray(sealed.length - tag));
    const plain = decipher.update(sealed.subarray(0, sealed.length - tag));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    count(this.received);
    return plain;
  }
}

function nonce(side: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes[0] = side;
  return bytes;
}

function count(bytes: Buffer): void {
  bytes.writeUInt32BE(bytes.readUInt32BE(9) + 1, 9);
}
