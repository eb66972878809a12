import { createSocket, type Socket } from "node:dgram";
import type { Device, Host } from "./device.js";
import { binaryText, textBytes } from "./values.js";

/** require("dgram") (libs/network/jswrap_net.c): 'message' is queued; a long datagram is cut. */
export function dgramLibrary(host: Host): unknown {
  return host.machine.object({ createSocket: (type: unknown) => udpSocket(host, type) });
}

function udpSocket({ machine, realm, device }: Host, type: unknown): object {
  const { network } = device;
  const groups: string[] = [];
  let socket: Socket | undefined;
  let forget = (): void => undefined;
  let closed = false;

  const open = (): Socket => {
    if (socket) return socket;
    const reuseAddr =
      typeof type === "object" && type !== null && "reuseAddr" in type && Boolean(type.reuseAddr);
    const made = createSocket({ type: "udp4", reuseAddr });
    socket = made;
    forget = machine.cleanup(() => network.closeUdp(made));
    made.on("error", (error) => network.failed(error));
    made.on("message", (data, { address, port }) => {
      const kept = data.subarray(0, device.espruino.udpMax);
      const from = realm.object({ address, port: network.shown("udp", port), size: kept.length });
      machine.emitters.queue(object, "message", binaryText(kept), from);
    });
    return made;
  };
  const bind = (port: unknown, bound: unknown): object => {
    const hostPort = network.wanted("udp", Number(port));
    const ready = (): void => {
      if (typeof bound === "function") machine.enter(() => bound.call(object, object));
    };
    if (hostPort === undefined) {
      machine.enter(ready);
      return object;
    }
    const bindable = open();
    // multicast reaches a socket that is bound to the group or to all addresses; nothing else leaves `bind`
    const at = groups.length > 0 && network.multicast ? "0.0.0.0" : network.bind;
    bindable.bind({ port: hostPort, address: at }, () => {
      if (machine.over) return;
      if (network.multicast) for (const group of groups) joinGroup(bindable, group, address(network));
      network.bound("udp", Number(port), bindable.address().port);
      ready();
    });
    return object;
  };
  /** send(text, port, address) or send(text, offset, length, port, address). */
  const send = (text: unknown, first: unknown, second: unknown, third: unknown, fourth: unknown): void => {
    if (closed) throw realm.error("Error", "This socket is closed");
    const whole = textBytes(String(text));
    const cut = typeof third === "number";
    const data = cut ? whole.subarray(Number(first), Number(first) + Number(second)) : whole;
    const port = Number(cut ? third : first);
    const to = String((cut ? fourth : second) ?? "127.0.0.1");
    if (isMulticast(to) && !network.multicast) return;
    // what cannot be sent is lost, as datagrams are
    open().send(data, network.reached("udp", to, port), to, () => undefined);
  };
  const close = (): void => {
    if (closed) return;
    closed = true;
    forget();
    if (socket) network.closeUdp(socket);
    machine.emitters.queue(object, "close", false);
  };
  const object = machine.object({
    bind,
    send,
    close,
    addMembership: (group: unknown) => {
      groups.push(String(group));
    },
  });
  return object;
}

function isMulticast(host: string): boolean {
  const first = Number(host.split(".")[0]);
  return first >= 224 && first < 240;
}

/** The board has one network, the one that its address is in. */
function address(network: Device["network"]): string | undefined {
  return network.bind === "0.0.0.0" ? undefined : network.bind;
}

function joinGroup(socket: Socket, group: string, at: string | undefined): void {
  try {
    socket.addMembership(group, at);
    if (at !== undefined) socket.setMulticastInterface(at);
  } catch {
    // a machine without a multicast route; the board receives nothing, as with a bad antenna
  }
}
