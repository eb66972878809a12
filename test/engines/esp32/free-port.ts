import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const first = 20_000;
/** From here on the host's own connections may take a port between our look and the emulator's. */
const end = 32_768;

/** A port that is free for UDP and TCP and that no outgoing connection takes. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = first + Math.floor(Math.random() * (end - first));
    if ((await isFreeUdp(port)) && (await isFreeTcp(port))) return port;
  }
  throw new Error("no free port");
}

async function isFreeUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function isFreeTcp(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
