import { createServer, type Server, type Socket } from "node:net";
import type { NorFlash } from "../nor-flash.js";
import { SerialBoard, type SerialBoardOptions } from "./serial-board.js";

export interface SerialServer {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  readonly board: () => SerialBoard | undefined;
  readonly close: () => Promise<void>;
}

/**
 * A board behind a serial server that passes bytes and nothing else: no DTR, no RTS, no baud rate. So it sits in its
 * loader already, as with the BOOT button held, and each connection finds it freshly reset.
 */
export async function serveSerial(chip: SerialBoardOptions["chip"], flash: NorFlash): Promise<SerialServer> {
  let board: SerialBoard | undefined;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const connected = new SerialBoard({ chip, flash, inLoader: true, send: (bytes) => socket.write(bytes) });
    board = connected;
    socket.on("data", (bytes) => connected.receive(bytes));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    board: () => board,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
