import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Stands in front of a TCP port and breaks each connection after so many bytes towards it; 0: takes none at all. */
export async function cuttingProxy(to: number, bytes: () => number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port: to });
    let left = bytes();
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", end);
    }
    near.on("data", (data: Buffer) => {
      far.write(data.subarray(0, left));
      left -= data.length;
      if (left <= 0) end();
    });
    far.on("data", (data: Buffer) => near.write(data));
  });
  server.listen({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
