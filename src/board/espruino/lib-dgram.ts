import { createSocket, type Socket } from "node:dgram";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { binaryText, textBytes } from "./values.js";

/** require("dgram") (libs/network/jswrap_net.c): 'message' is queued; a long datagram is cut. */
export function dgramLibrary(machine: Machine, device: Device): unknown {
  return machine.object({
    createSocket: (type: unknown) => new DeviceUdp(machine, device, type).object,
  });
}

class DeviceUdp {
  readonly object: Record<string, unknown>;
  readonly #machine: Machine;
  readonly #device: Device;
  readonly #reuse: boolean;
  readonly #groups: string[] = [];
  #socket: Socket | undefined;
  #forget: () => void = () => undefined;
  #closed = false;

  constructor(machine: Machine, device: Device, type: unknown) {
    this.#machine = machine;
    this.#device = device;
    this.#reuse = typeof type === "object" && type !== null && "reuseAddr" in type && Boolean(type.reuseAddr);
    this.object = machine.object({
      bind: (port: unknown, bound: unknown) => this.#bind(Number(port), bound),
      send: (...args: unknown[]) => this.#send(args),
      close: () => this.#close(),
      addMembership: (group: unknown) => {
        this.#groups.push(String(group));
      },
    });
  }

  #bind(port: number, bound: unknown): object {
    const { network } = this.#device;
    const hostPort = network.wanted("udp", port);
    const ready = (): void => {
      if (typeof bound === "function") this.#machine.enter(() => bound.call(this.object, this.object));
    };
    if (hostPort === undefined) {
      this.#machine.enter(ready);
      return this.object;
    }
    const socket = this.#open();
    // multicast reaches a socket that is bound to the group or to all addresses; nothing else leaves `bind`
    const at = this.#groups.length > 0 && network.multicast ? "0.0.0.0" : network.bind;
    socket.bind({ port: hostPort, address: at }, () => {
      if (this.#machine.over) return;
      if (network.multicast) for (const group of this.#groups) joinGroup(socket, group, address(network));
      network.bound("udp", port, socket.address().port);
      ready();
    });
    return this.object;
  }

  #open(): Socket {
    if (this.#socket) return this.#socket;
    const socket = createSocket({ type: "udp4", reuseAddr: this.#reuse });
    this.#socket = socket;
    this.#forget = this.#machine.cleanup(() => this.#device.network.closeUdp(socket));
    socket.on("error", (error) => this.#device.network.failed(error));
    socket.on("message", (data, from) => this.#received(data, from.address, from.port));
    return socket;
  }

  #received(data: Uint8Array, address: string, port: number): void {
    const kept = data.subarray(0, this.#device.espruino.udpMax);
    const { realm, emitters } = this.#machine;
    emitters.queue(
      this.object,
      "message",
      binaryText(kept),
      realm.object({ address, port: this.#device.network.shown("udp", port), size: kept.length }),
    );
  }

  /** send(text, port, address) or send(text, offset, length, port, address). */
  #send(args: unknown[]): void {
    if (this.#closed) throw this.#machine.realm.error("Error", "This socket is closed");
    const [text, first, second, third, fourth] = args;
    const whole = textBytes(String(text));
    const cut = typeof third === "number";
    const data = cut ? whole.subarray(Number(first), Number(first) + Number(second)) : whole;
    const port = Number(cut ? third : first);
    const host = String((cut ? fourth : second) ?? "127.0.0.1");
    if (isMulticast(host) && !this.#device.network.multicast) return;
    // what cannot be sent is lost, as datagrams are
    this.#open().send(data, this.#device.network.reached("udp", host, port), host, () => undefined);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    if (this.#socket) this.#device.network.closeUdp(this.#socket);
    this.#machine.emitters.queue(this.object, "close", false);
  }
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
