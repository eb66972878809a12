import { once } from "node:events";
import { connect, type Socket } from "node:net";

const patienceMs = 20_000;
/** Bytes of memory in one packet; the stub takes 4,096 characters, two for a byte. */
const pieceLength = 1920;

/**
 * The debug port of the emulator, GDB's remote protocol: the chip stands still while the link is open. Memory only.
 */
export class DebugLink {
  #answer = "";
  #take: (() => void) | undefined;

  private constructor(private readonly socket: Socket) {
    // Otherwise each packet waits 40 ms, and the access point gives the silent board up.
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      this.#answer += data.toString("latin1");
      this.#take?.();
    });
    socket.on("error", () => undefined);
  }

  static async open(port: number): Promise<DebugLink> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect", { signal: AbortSignal.timeout(patienceMs) });
    const it = new DebugLink(socket);
    await it.#ask("?");
    return it;
  }

  async read(address: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let at = 0; at < length; at += pieceLength) {
      const size = Math.min(pieceLength, length - at);
      const answer = await this.#ask(`m${(address + at).toString(16)},${size.toString(16)}`);
      const bytes = Buffer.from(answer, "hex");
      if (bytes.length !== size) throw new Error(`debug port: ${answer} at 0x${(address + at).toString(16)}`);
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  }

  /** The chip runs on. */
  close(): void {
    // "Detach" lets only one of the two cores go; to "continue" there is no answer.
    this.#send("c");
    this.socket.end();
  }

  async #ask(command: string): Promise<string> {
    this.#answer = "";
    this.#send(command);
    const text = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#take = undefined;
        reject(new Error(`debug port: no answer to ${command.slice(0, 20)}`));
      }, patienceMs);
      this.#take = () => {
        // That the chip has stopped comes unasked, too, and more than once.
        const packets = [...this.#answer.matchAll(/\$([^#]*)#[0-9a-f]{2}/g)];
        const found = packets.find(([, packet]) => packet?.startsWith("T") === (command === "?"));
        if (found === undefined) return;
        clearTimeout(timer);
        this.#take = undefined;
        resolve(found[1] ?? "");
      };
    });
    this.socket.write("+");
    return text;
  }

  #send(command: string): void {
    const sum = [...command].reduce((total, letter) => (total + letter.charCodeAt(0)) & 0xff, 0);
    this.socket.write(`$${command}#${sum.toString(16).padStart(2, "0")}`);
  }
}
