import { connect, createServer, type Server } from "node:net";
import type { Device } from "./device.js";
import type { Listener } from "./emitter.js";
import type { Machine } from "./machine.js";
import { TcpSocket } from "./tcp-socket.js";
import { typeName } from "./type-name.js";

/** require("net") (libs/network/jswrap_net.c). */
export function netLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  return realm.object({
    connect: machine.api((options: unknown, connected: unknown) => {
      if (typeof options !== "object" || options === null)
        return machine.print(`ERROR: Expecting Options to be an Object but it was ${typeName(options)}`);
      const host = "host" in options ? String(options.host) : "127.0.0.1";
      const port = "port" in options ? Number(options.port) : 0;
      return openTcp(machine, device, host, port, (socket) => {
        if (typeof connected === "function")
          machine.callEach([connected as Listener], socket.object, [socket.object]);
        machine.emitters.queue(socket.object, "drain", socket.object);
      }).object;
    }),
    createServer: machine.api((connection: unknown) => {
      if (typeof connection !== "function")
        return machine.print(`ERROR: Expecting Callback Function but got ${typeName(connection)}`);
      return serverObject(machine, device, (socket) =>
        machine.callEach([connection as Listener], undefined, [socket.object]),
      );
    }),
  });
}

/** Connects to `host`:`port`; reading starts after `connected` has run. */
export function openTcp(
  machine: Machine,
  device: Device,
  host: string,
  port: number,
  connected: (socket: TcpSocket) => void,
): TcpSocket {
  const plain = connect({ host, port: device.network.reached("tcp", host, port), family: 4 });
  const socket = new TcpSocket(machine, device, plain);
  plain.once("connect", () => {
    machine.enter(() => connected(socket));
    socket.start();
  });
  return socket;
}

/** An object with listen and close; `connection` runs inside the firmware's turn. */
export function serverObject(
  machine: Machine,
  device: Device,
  connection: (socket: TcpSocket) => void,
): Record<string, unknown> {
  const { network } = device;
  let server: Server | undefined;
  const object: Record<string, unknown> = machine.realm.object({
    listen: machine.api((port: unknown) => {
      const hostPort = network.wanted("tcp", Number(port));
      if (hostPort === undefined) return object;
      const listening = createServer((plain) => {
        const socket = new TcpSocket(machine, device, plain);
        machine.enter(() => connection(socket));
        socket.start();
      });
      server = listening;
      machine.cleanup(() => network.closeServer(listening));
      listening.on("error", (error) => network.options.onError(error));
      listening.listen({ port: hostPort, host: network.options.bind }, () => {
        const address = listening.address();
        if (address && typeof address === "object" && !machine.over)
          network.bound("tcp", Number(port), address.port);
      });
      return object;
    }),
    close: machine.api(() => {
      if (server) network.closeServer(server);
      server = undefined;
    }),
  });
  return object;
}
