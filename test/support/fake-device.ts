import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

interface Invited {
  readonly hostPort: number;
  readonly size: number;
}

/** How a fake board behaves; what is left out it does as a board without a password would. */
export interface FakeDeviceScript {
  /** Datagrams that answer the n-th invitation (from 1); an `OK` among them makes it connect. */
  readonly invitation?: (n: number) => readonly string[];
  /** Datagrams that answer the n-th authentication. */
  readonly auth?: (n: number, cnonce: string, response: string) => readonly string[];
  /** Instead of connecting after an OK. */
  readonly connect?: (invited: Invited, device: FakeDevice) => void;
  /** What happens on its connection; by default acknowledges everything and sends OK. */
  readonly transfer?: (socket: Socket, invited: Invited, n: number) => void;
}

/** A board on the loopback that follows its script. `image` is what came on its last connection. */
export class FakeDevice {
  readonly invitations: string[] = [];
  /** UDP ports that datagrams came from. */
  readonly sources = new Set<number>();
  image: Buffer = Buffer.alloc(0);
  port = 0;
  private auths = 0;
  private connections = 0;
  private invited: Invited | undefined;
  private readonly sockets: Socket[] = [];
  private readonly udp = createSocket("udp4");

  private constructor(private readonly script: FakeDeviceScript) {}

  static async start(script: FakeDeviceScript = {}): Promise<FakeDevice> {
    const device = new FakeDevice(script);
    device.udp.on("message", (data, from) => device.datagram(data.toString("latin1"), from));
    device.udp.bind(0, "127.0.0.1");
    await once(device.udp, "listening");
    device.port = device.udp.address().port;
    return device;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.udp.close();
    await once(this.udp, "close");
  }

  private datagram(text: string, from: RemoteInfo): void {
    this.sources.add(from.port);
    const words = text.trim().split(" ");
    if (words[0] === "200") {
      this.answer(this.script.auth?.(++this.auths, words[1], words[2]) ?? ["OK"], from);
      return;
    }
    this.invited = { hostPort: Number(words[1]), size: Number(words[2]) };
    this.invitations.push(text);
    this.answer(this.script.invitation?.(this.invitations.length) ?? ["OK"], from);
  }

  private answer(answers: readonly string[], to: RemoteInfo): void {
    for (const answer of answers) this.udp.send(answer, to.port, to.address);
    const { invited } = this;
    if (!answers.includes("OK") || !invited) return;
    if (this.script.connect) this.script.connect(invited, this);
    else this.connectBack(invited);
  }

  /** What a board does after its OK. */
  connectBack(invited: Invited): void {
    const socket = connect({ host: "127.0.0.1", port: invited.hostPort, allowHalfOpen: true });
    this.sockets.push(socket);
    this.image = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => {
      this.image = Buffer.concat([this.image, data]);
    });
    (this.script.transfer ?? acknowledgeAll)(socket, invited, ++this.connections);
  }
}

/** Acknowledges each piece; when the whole image is there, calls `whole` (which sends OK and closes). */
export function acknowledgeAll(
  socket: Socket,
  invited: Invited,
  _n?: number,
  whole: (socket: Socket) => void = (done) => done.end("OK"),
): void {
  socket.on("data", (data: Buffer) => socket.write(String(data.length)));
  takeSilently(socket, invited, whole);
}

/** Takes everything without a word, then calls `whole`. */
export function takeSilently(socket: Socket, invited: Invited, whole: (socket: Socket) => void): void {
  let received = 0;
  socket.on("data", (data: Buffer) => {
    received += data.length;
    if (received === invited.size) whole(socket);
  });
}
