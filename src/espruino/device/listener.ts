import type { Action, EspotaSession, Peer } from "../../core/espota-session.js";
import type { Chunk, Clock } from "../../core/ports.js";

/** Image bytes wait no longer than this before the session hears of them, ms. */
const heldMs = 1000;

export interface ListenerHost {
  readonly restart: () => void;
  /** Something is going on: look again soon. */
  readonly wake: () => void;
}

/** Gives the espota session its datagrams and its connection, and does what it asks for. */
export class EspotaListener {
  private udp: EspruinoUdpSocket | undefined;
  private tcp: EspruinoTcpSocket | undefined;
  /** Image bytes that came since the session last heard of some, acknowledged already; and up to how many may wait. */
  private held: string;
  private batch: number;
  private heldAt: number;
  /** Whether the session knows of the connection. */
  private open: boolean;
  private bound: boolean;
  private refused: boolean;

  constructor(
    private readonly session: EspotaSession,
    private readonly clock: Clock,
    private readonly host: ListenerHost,
  ) {
    this.udp = undefined;
    this.tcp = undefined;
    this.held = "";
    this.batch = 0;
    this.heldAt = 0;
    this.open = false;
    this.bound = false;
    this.refused = false;
  }

  isBound(): boolean {
    return this.bound;
  }

  /** Not to listen, because there is no password. */
  refuse(): void {
    this.refused = true;
  }

  isRefused(): boolean {
    return this.refused;
  }

  bind(port: number, ready: () => void): void {
    this.bound = true;
    const socket = require("dgram").createSocket("udp4");
    this.udp = socket;
    socket.bind(port, (bound) => {
      bound.on("message", (text, from) => this.onMessage(text, from));
      ready();
    });
    socket.on("error", () => this.unbind());
    socket.on("close", () => this.unbind());
  }

  tick(): void {
    const now = this.clock.now();
    // A sender that falls silent, or is slow: what has come counts, and is on flash.
    if (this.held.length > 0 && now - this.heldAt >= heldMs) this.pass(now, "");
    this.perform(this.session.tick(now));
  }

  private unbind(): void {
    this.bound = false;
    this.udp = undefined;
  }

  private onMessage(text: string, from: Peer): void {
    this.perform(this.session.onDatagram(this.clock.now(), text, from));
    this.host.wake();
  }

  private perform(actions: Action[]): void {
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i];
      // One for each piece of an image, so without a call of its own.
      if (action.do !== "send") this.performOne(action);
      else if (this.tcp !== undefined) this.tcp.write(action.text);
    }
  }

  private performOne(action: Action): void {
    if (action.do === "reply") {
      if (this.udp !== undefined) this.udp.send(action.text, action.to.port, action.to.address);
    } else if (action.do === "connect") {
      this.connect(action.to);
    } else if (action.do === "close") {
      const socket = this.tcp;
      this.tcp = undefined;
      if (socket !== undefined) socket.end();
    } else {
      this.host.restart();
    }
  }

  /**
   * The engine calls 'data' at once but queues 'connected', so the first bytes can come before it; and handlers may be
   * called late, for a connection that is no longer the current one.
   */
  private connect(to: Peer): void {
    this.open = false;
    let socket: EspruinoTcpSocket;
    try {
      socket = require("net").connect({ host: to.address, port: to.port }, () => this.onOpen(socket));
    } catch {
      // Where connecting blocks, a refused connection is thrown.
      this.perform(this.session.onConnectFailed(this.clock.now()));
      return;
    }
    this.tcp = socket;
    socket.on("data", (data) => {
      if (!this.open) this.onOpen(socket);
      if (this.tcp !== socket) return;
      // Nearly all of an image comes this way: it is kept together for a while, and nothing is called.
      if (this.held.length + data.length < this.batch) {
        this.held += data;
        socket.write(`${data.length}`);
      } else this.pass(this.clock.now(), data);
    });
    socket.on("error", () => this.onGone(socket));
    socket.on("close", () => this.onGone(socket));
  }

  /** What was held, and the piece that came, go to the session. */
  private pass(now: number, data: string): void {
    const acknowledged = this.held.length;
    const bytes = acknowledged === 0 ? data : this.held + data;
    this.held = "";
    this.heldAt = now;
    if (bytes.length === 0) return;
    this.perform(this.session.onData(now, bytes as unknown as Chunk, acknowledged));
    const most = this.session.mayCollect();
    this.batch = most < BOARD_BATCH ? most : BOARD_BATCH;
  }

  private onOpen(socket: EspruinoTcpSocket): void {
    if (this.tcp !== socket || this.open) return;
    this.open = true;
    this.perform(this.session.onConnected(this.clock.now()));
  }

  private onGone(socket: EspruinoTcpSocket): void {
    if (this.tcp !== socket) return;
    this.tcp = undefined;
    this.held = "";
    this.batch = 0;
    this.perform(this.session.onConnectFailed(this.clock.now()));
    this.perform(this.session.onClosed(this.clock.now()));
    this.host.wake();
  }
}
