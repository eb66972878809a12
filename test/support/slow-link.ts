import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

interface SlowLink {
  /** UDP port that uploaders are given instead of the board's. */
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * A way to a board on this computer whose round trip takes so many ms: datagrams and the board's connection back pass
 * through here, and everything is late by half of it.
 */
export async function slowLink(boardPort: number, roundTripMs: number): Promise<SlowLink> {
  const late = roundTripMs / 2;
  const sockets = new Set<Socket>();
  const boards = new Map<number, UdpSocket>();
  const front = createSocket("udp4");
  let uploaderPort = 0;

  const tcp = createServer({ allowHalfOpen: true }, (board) => {
    const uploader = connect({ host: "127.0.0.1", port: uploaderPort, allowHalfOpen: true });
    carry(board, uploader, late);
    carry(uploader, board, late);
    for (const socket of [board, uploader]) {
      sockets.add(socket.setNoDelay(true));
      socket.on("close", () => sockets.delete(socket));
    }
  });
  tcp.listen({ port: 0, host: "127.0.0.1" });
  await once(tcp, "listening");
  const tcpPort = (tcp.address() as AddressInfo).port;

  front.on("message", (message, from) => {
    // The invitation's second word is the port to connect back to.
    const sent = message
      .toString("latin1")
      .replace(/^(\d+) (\d+)(?= \d+ [0-9a-f]{32})/, (_all, command, port) => {
        uploaderPort = Number(port);
        return `${command} ${tcpPort}`;
      });
    let back = boards.get(from.port);
    if (back === undefined) {
      back = createSocket("udp4");
      boards.set(from.port, back);
      back.on("message", (answer) => setTimeout(() => front.send(answer, from.port, from.address), late));
    }
    const through = back;
    setTimeout(() => through.send(sent, boardPort, "127.0.0.1"), late);
  });
  front.bind(0, "127.0.0.1");
  await once(front, "listening");

  return {
    port: front.address().port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      for (const socket of [front, ...boards.values()]) socket.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
}

function carry(from: Socket, to: Socket, late: number): void {
  from.on("data", (data: Buffer) => setTimeout(() => to.write(data), late));
  from.on("end", () => setTimeout(() => to.end(), late));
  from.on("error", () => to.destroy());
}
