import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection, type Socket as TcpSocket } from "node:net";
import { type Action, acknowledgement } from "../core/espota/actions.js";
import type { EspotaSession } from "../core/espota/session.js";
import type { Peer } from "../core/ports.js";

export interface ListenerOptions {
  readonly bind: string;
  /** UDP port; 0 takes a free one. */
  readonly port: number;
  /** ms. */
  readonly now: () => number;
  /** The update is committed, and the uploader knows. */
  readonly onRestart: () => void;
  readonly onError: (error: Error) => void;
}

/** How often the session looks at the time, ms. */
const tickMs = 50;

/** Gives an espota session Node's sockets: the device's side, for boards that are programs of the host. */
export class EspotaListener {
  #udp: UdpSocket | undefined;
  #tcp: TcpSocket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: EspotaSession,
    private readonly options: ListenerOptions,
  ) {}

  /** Resolves with the port. */
  async listen(): Promise<number> {
    const { now, bind, port, onError } = this.options;
    const udp = createSocket("udp4");
    this.#udp = udp;
    this.#timer = setInterval(() => this.#perform(this.session.tick(now())), tickMs);
    await once(udp.bind(port, bind), "listening");
    udp.on("error", onError);
    udp.on("message", (message, from) =>
      this.#perform(
        this.session.onDatagram(now(), message.toString("latin1"), {
          address: from.address,
          port: from.port,
        }),
      ),
    );
    return udp.address().port;
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#tcp?.destroy();
    this.#tcp = undefined;
    const udp = this.#udp;
    this.#udp = undefined;
    return udp === undefined ? Promise.resolve() : new Promise((resolve) => udp.close(() => resolve()));
  }

  #perform(actions: readonly Action[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: Action): void {
    switch (action.do) {
      case "reply":
        this.#udp?.send(action.text, action.to.port, action.to.address);
        return;
      case "connect":
        this.#connect(action.to);
        return;
      case "send":
        this.#tcp?.write(action.text, "latin1");
        return;
      case "close":
        this.#tcp?.end();
        this.#tcp = undefined;
        return;
      case "restart":
        this.options.onRestart();
    }
  }

  /** Bytes of the connection, as Node read them. Other engines cut them: the session must not depend on it. */
  protected received(data: Uint8Array): Action[] {
    return acknowledgement(this.session.onData(data));
  }

  #connect(to: Peer): void {
    const { now } = this.options;
    const tcp = createConnection({ host: to.address, port: to.port });
    this.#tcp = tcp;
    const current = (act: () => readonly Action[]): void => {
      if (this.#tcp === tcp) this.#perform(act());
    };
    tcp.setNoDelay(true);
    tcp.on("connect", () => current(() => this.session.onConnected(now())));
    tcp.on("data", (data) => current(() => this.received(new Uint8Array(data))));
    // What went wrong shows in the close that follows.
    tcp.on("error", () => undefined);
    tcp.on("close", () =>
      current(() => {
        this.#tcp = undefined;
        const actions = this.session.onConnectFailed(now());
        return actions.length > 0 ? actions : this.session.onClosed(now());
      }),
    );
  }
}
