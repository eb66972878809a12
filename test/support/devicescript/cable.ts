import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { FRAME_PROCESS, Packet } from "jacdac-ts";
import { encodeFrame, FrameDecoder } from "../../../src/devicescript/provision/jacdac-line.js";
import type { VmBoard } from "./vm-board.js";

/** A USB cable to a board in the VM: its bus in the framing of a serial line, at a TCP port instead of /dev/ttyUSB0. */
export class Cable {
  private readonly server: Server;

  constructor(board: VmBoard) {
    this.server = createServer((socket) => {
      const decoder = new FrameDecoder((frame) => void board.bus.sendFrameAsync(frame));
      socket.on("data", (bytes: Buffer) => decoder.push(bytes));
      socket.on("error", () => undefined);
      const stop = board.bus.subscribe(FRAME_PROCESS, (frame: Uint8Array) => {
        const [packet] = Packet.fromFrame(frame, 0);
        if (packet?.isReport && packet.deviceIdentifier === board.deviceId && !socket.destroyed)
          socket.write(encodeFrame(frame));
      });
      socket.on("close", stop);
    });
  }

  /** @returns what `--port` takes */
  async plug(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `socket://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async unplug(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
