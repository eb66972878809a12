import type { Socket } from "node:net";
import { Transport } from "jacdac-ts";

/** A Jacdac bus over the CLI's TCP framing: a length byte, then the frame. The VM is the client, the test the server. */
export class SocketTransport extends Transport {
  private rest = Buffer.alloc(0);

  constructor(private readonly socket: Socket) {
    super("nodesocket", {});
    socket.on("data", (data) => this.onData(data));
    // What went wrong shows in the VM's exit.
    socket.on("error", () => undefined);
    socket.on("close", () => void this.disconnect(true));
  }

  override description(): string {
    return "the VM's socket";
  }

  protected transportConnectAsync(): Promise<void> {
    return Promise.resolve();
  }

  protected transportSendPacketAsync(frame: Uint8Array): Promise<void> {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([Buffer.from([frame.length]), frame]));
    return Promise.resolve();
  }

  protected transportDisconnectAsync(): Promise<void> {
    this.socket.destroy();
    return Promise.resolve();
  }

  private onData(data: Buffer): void {
    this.rest = Buffer.concat([this.rest, data]);
    while (this.rest.length > 0) {
      const end = this.rest[0] + 1;
      if (this.rest.length < end) return;
      this.handleFrame(new Uint8Array(this.rest.subarray(1, end)));
      this.rest = this.rest.subarray(end);
    }
  }
}
